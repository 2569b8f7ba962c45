import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEngineClient, type EngineClient } from '@zt/container-engine';
import { composeLabels } from '@zt/container-engine/labels';
import { type FakeContainer, type FakeEngine, startFakeEngine } from '@zt/container-engine/testing';
import type { StackDescription } from '@zt/e2e/stack-description';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { composeStatus } from './compose-status.ts';
import { findComposeStack } from './find-compose-stack.ts';

let directory: string;
let fake: FakeEngine;
let engine: EngineClient;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'zt-compose-'));
  fake = await startFakeEngine(join(directory, 'engine.sock'));
  engine = createEngineClient(fake.socket);
});
afterEach(async () => {
  await fake.close();
  await rm(directory, { recursive: true, force: true });
});

function add(service: string, number = 1): FakeContainer {
  return fake.addContainer({
    [composeLabels.project]: 'shop',
    [composeLabels.service]: service,
    [composeLabels.copy]: String(number),
  });
}

const description = { gatewayUrl: 'https://gateway', issuerUrl: 'https://identity' } as StackDescription;
const status = (given: StackDescription | null = description) =>
  composeStatus(engine, { name: 'compose', description: given });
const svidLine = (workload: string, notAfter: string): string =>
  `${JSON.stringify({
    event: 'svid_received',
    time: '2026-01-01T00:00:00.000Z',
    spiffeId: `spiffe://zt.example/ns/shop/sa/${workload}`,
    serialNumber: '01',
    notAfter,
  })}\n`;

test('a container is told of with its state, its ports and the identity that it says it has', async () => {
  const order = add('order');
  order.write(svidLine('order', '2026-01-01T00:00:30.000Z'));
  order.write(svidLine('order', '2026-01-01T00:01:00.000Z'));
  const { processes, startedAt } = await status();
  expect(processes).toEqual([
    {
      name: 'order',
      state: 'running',
      health: 'healthy',
      pid: null,
      ports: [8443],
      restarts: 0,
      startedAt: '2026-01-01T00:00:00.5Z',
      svids: [{ spiffeId: 'spiffe://zt.example/ns/shop/sa/order', notAfter: '2026-01-01T00:01:00.000Z' }],
    },
  ]);
  expect(startedAt).toBe('2026-01-01T00:00:00.5Z');
});

test('copies of a service are told apart, and each by its own log', async () => {
  add('inventory', 1).write(svidLine('inventory', '2026-01-01T00:00:30.000Z'));
  add('inventory', 2).write(svidLine('inventory', '2026-01-01T00:01:00.000Z'));
  const { processes } = await status();
  expect(processes.map(({ name, svids }) => [name, svids[0]?.notAfter])).toEqual([
    ['inventory-1', '2026-01-01T00:00:30.000Z'],
    ['inventory-2', '2026-01-01T00:01:00.000Z'],
  ]);
});

test('a step that has done its work is not shown, and one that failed is', async () => {
  add('prepare').stop(0);
  add('registration').stop(1);
  add('audit').stop(0);
  const { processes } = await status();
  expect(processes.map(({ name, state }) => [name, state])).toEqual([
    ['audit', 'ended'],
    ['registration', 'ended'],
  ]);
  expect(processes[0]).toHaveProperty('endedAt', '2026-01-01T00:01:00Z');
});

test('the stack runs once the last step has done its work, and is described', async () => {
  const bootstrap = add('bootstrap');
  expect((await status()).phase).toBe('starting');
  bootstrap.stop(1);
  expect((await status()).phase).toBe('starting');
  bootstrap.stop(0);
  expect((await status()).phase).toBe('running');
  expect((await status(null)).phase).toBe('starting');
});

test('the logs of a service are those of all its copies, and those of one copy its own', async () => {
  add('payment', 1).write('one\n');
  add('payment', 2).write('two\n');
  add('order').write('three\n');
  const { readLogs } = await findComposeStack({ name: 'compose', directory, engineSocket: fake.socket });
  expect(await readLogs('payment')).toEqual(['one\n', 'two\n']);
  expect(await readLogs('payment-2')).toEqual(['two\n']);
  expect(await readLogs('order')).toEqual(['three\n']);
  expect(await readLogs('vault')).toEqual([]);
});
