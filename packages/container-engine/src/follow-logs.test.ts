import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { composeLabels } from './compose-labels.ts';
import { createEngineClient } from './engine-client.ts';
import { followLogs, type LogFollower } from './follow-logs.ts';
import { type FakeContainer, type FakeEngine, startFakeEngine } from './testing/fake-engine.ts';

let directory: string;
let engine: FakeEngine;
let follower: LogFollower | null = null;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'zt-logs-'));
  engine = await startFakeEngine(join(directory, 'engine.sock'));
});
afterEach(async () => {
  await follower?.close();
  follower = null;
  await engine.close();
  await rm(directory, { recursive: true, force: true });
});

function copyOf(service: string, number = 1, more: Readonly<Record<string, string>> = {}): FakeContainer {
  return engine.addContainer({
    [composeLabels.project]: 'shop',
    [composeLabels.service]: service,
    [composeLabels.copy]: String(number),
    ...more,
  });
}

const logOf = (service: string) => readFile(join(directory, 'logs', `${service}.log`), 'utf8');

async function follow(): Promise<void> {
  follower = await followLogs(createEngineClient(engine.socket), join(directory, 'logs'));
}

test('what was written before is there at once, of both streams, and a service that said nothing has an empty log', async () => {
  const order = copyOf('order');
  order.write('first\n');
  order.write('trouble\n', 'stderr');
  copyOf('audit');
  await follow();
  expect(await logOf('order')).toBe('first\ntrouble\n');
  expect(await logOf('audit')).toBe('');
});

test('what is written then follows, each line once', async () => {
  const order = copyOf('order');
  order.write('before\n');
  await follow();
  order.write('between\n');
  await vi.waitFor(() => expect(engine.followers).toBe(1));
  order.write('after\n');
  await vi.waitFor(async () => expect(await logOf('order')).toBe('before\nbetween\nafter\n'));
});

test('copies of a service write to one file, and their lines are not mixed', async () => {
  const [one, two] = [copyOf('inventory', 1), copyOf('inventory', 2)];
  await follow();
  await vi.waitFor(() => expect(engine.followers).toBe(2));
  one.write('half of one');
  two.write('two\n');
  one.write(' and the rest\n');
  await vi.waitFor(async () => {
    const lines = (await logOf('inventory')).split('\n').toSorted();
    expect(lines).toEqual(['', 'half of one and the rest', 'two']);
  });
});

test('a container that starts again is followed on, and so is a new one', async () => {
  const order = copyOf('order');
  await follow();
  await vi.waitFor(() => expect(engine.followers).toBe(1));
  order.stop(1);
  order.write('its last words\n');
  await vi.waitFor(async () => expect(await logOf('order')).toBe('its last words\n'), { timeout: 5_000 });
  order.start();
  order.write('again\n');
  const added = copyOf('order', 2);
  added.write('new\n');
  await vi.waitFor(
    async () => {
      const lines = (await logOf('order')).split('\n').toSorted();
      expect(lines).toEqual(['', 'again', 'its last words', 'new']);
    },
    { timeout: 5_000 },
  );
});

test('what people run for a moment is no service', async () => {
  copyOf('zt', 1, { [composeLabels.oneOff]: 'True' }).write('an answer\n');
  await follow();
  await expect(logOf('zt')).rejects.toThrow('ENOENT');
});

test('an engine that is gone for a while is asked again', async () => {
  const order = copyOf('order');
  await follow();
  await vi.waitFor(() => expect(engine.followers).toBe(1));
  const { socket } = engine;
  await engine.close();
  order.write('nobody heard\n');
  engine = await startFakeEngine(socket);
  copyOf('payment').write('here\n');
  await vi.waitFor(async () => expect(await logOf('payment')).toBe('here\n'), { timeout: 5_000 });
});
