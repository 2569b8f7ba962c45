import { accessGraph, blastRadius, explainMethod } from '@zt/access-graph';
import { Command } from 'commander';
import { afterEach, expect, test, vi } from 'vitest';
import { registerGraph } from './graph.ts';

afterEach(() => vi.restoreAllMocks());

function programOf(): Command {
  const program = new Command('zt').exitOverride();
  registerGraph(program);
  return program;
}

async function printed(...words: string[]): Promise<string> {
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  await programOf().parseAsync(['graph', ...words], { from: 'user' });
  return log.mock.calls.flat().join('\n');
}

test.each([
  [['show'], accessGraph],
  [['explain', 'order.PlaceOrder'], explainMethod(accessGraph, 'order.PlaceOrder')],
  [['blast-radius', 'payment'], blastRadius(accessGraph, 'payment')],
])('zt graph %j --json prints what programs can read', async (words, value) => {
  expect(JSON.parse(await printed(...words, '--json'))).toEqual(value);
});

test('zt graph explain takes a short name and prints words', async () => {
  expect(await printed('explain', 'payment.AuthorizePayment')).toContain('payment.v1.PaymentService/AuthorizePayment');
});

test.each([
  [['explain', 'payment.Nothing'], 'payment has no method payment.Nothing'],
  [['blast-radius', 'mallory'], 'the access graph has no workload mallory, only gateway, order'],
])('zt graph %j says what is wrong', async (words, message) => {
  await expect(printed(...words)).rejects.toThrow(message);
});

test('the help of zt graph diff says which exit code to expect', async () => {
  const write = vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  await expect(programOf().parseAsync(['graph', 'diff', '--help'], { from: 'user' })).rejects.toThrow();
  expect(write.mock.calls.flat().join('')).toContain('the exit code is 0 with and without');
});
