import { expect, test, vi } from 'vitest';
import type { Crash } from '../supervisor/process-group.ts';
import { processOfServer } from './in-process-server.ts';

const setUp = () => {
  const calls: string[] = [];
  const server = { stop: async () => void calls.push('stop'), start: async () => void calls.push('start') };
  const crashes: Crash[] = [];
  return { calls, crashes, process: processOfServer('vault', server, (crash) => crashes.push(crash)) };
};

test('A server inside the supervisor has the id of the supervisor', () => {
  expect(setUp().process.pid).toBe(process.pid);
});

test('A server that is killed is stopped, and told as a process that crashed', async () => {
  const { calls, crashes, process } = setUp();
  process.signal('SIGKILL');
  await vi.waitFor(() =>
    expect(crashes).toEqual([{ name: 'vault', exit: { code: null, signal: 'SIGKILL' }, lastLines: '' }]),
  );
  expect(calls).toEqual(['stop']);
  expect(await process.exited).toEqual({ code: null, signal: 'SIGKILL' });
});

test('A signal that ends no process does nothing: it would be the supervisor that is suspended', () => {
  const { calls, process } = setUp();
  process.signal('SIGSTOP');
  expect(calls).toEqual([]);
});

test('A server that is asked to stop is no crash', async () => {
  const { calls, crashes, process } = setUp();
  await process.stop();
  expect(calls).toEqual(['stop']);
  expect(crashes).toEqual([]);
});
