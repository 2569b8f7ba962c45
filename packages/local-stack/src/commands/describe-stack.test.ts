import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { describeStack } from './describe-stack.ts';

const status = {
  name: 'two',
  phase: 'running' as const,
  startedAt: '2026-01-01T00:00:00.000Z',
  gatewayUrl: 'https://localhost:1',
  issuerUrl: 'https://localhost:2',
  processes: [],
};
const options = { stateDirectory: '/shop/.zt/two', detached: true, seconds: 7.21, workingDirectory: '/shop' };
const linesOf = (given: Partial<typeof options> = {}) =>
  stripVTControlCharacters(describeStack(status, { ...options, ...given })).split('\n');

test('Who has started a stack is told what to type, where to look, and how it ends', () => {
  expect(linesOf()).toEqual([
    '',
    'The stack two runs (after 7.2 s)',
    '',
    '  place an order   npx -y pnpm@12 zt order --user alice --sku tea-assam-100g --quantity 1 --name two',
    '  look at it       npx -y pnpm@12 zt status --name two',
    '  follow a log     npx -y pnpm@12 zt logs --follow order --name two',
    '  gateway          https://localhost:1',
    '  log in           https://localhost:2',
    '  state and logs   .zt/two',
    '  stop             npx -y pnpm@12 zt down --name two',
    '',
  ]);
});

test('A stack that is attached ends with Ctrl-C', () => {
  expect(linesOf({ detached: false })).toContain('  stop             Ctrl-C, or npx -y pnpm@12 zt down --name two');
});
