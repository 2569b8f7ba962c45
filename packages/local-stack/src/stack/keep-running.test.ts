import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ManagedProcess } from '../supervisor/process-group.ts';
import { createKeepRunning, type KeepRunning } from './keep-running.ts';
import { createProcessTable, type ProcessTable } from './process-table.ts';
import { madeUpPorts } from './testing/made-up-ports.ts';

const fakeProcess = (name: string): ManagedProcess => ({
  name,
  pid: 1,
  exited: new Promise(() => undefined),
  signal: () => undefined,
  stop: async () => undefined,
});
const crashOf = (name: string) => ({ name, exit: { code: 1, signal: null }, lastLines: 'no space left' });

describe('keeping processes running', () => {
  let table: ProcessTable;
  let reports: string[];
  let hopeless: Error[];
  let keepRunning: KeepRunning;
  let starts = 0;
  const start = async () => {
    starts += 1;
    return fakeProcess('order');
  };

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    starts = 0;
    table = createProcessTable();
    reports = [];
    hopeless = [];
    keepRunning = createKeepRunning({
      table,
      report: (message) => reports.push(message),
      onHopeless: (error) => hopeless.push(error),
    });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const stateOf = async () =>
    (await table.status({ kind: 'native', stateDirectory: '/nowhere', ports: madeUpPorts() })).map(
      ({ state, restarts }) => ({ state, restarts }),
    );

  it('starts a crashed process again, and reports its last lines', async () => {
    await keepRunning.start('order', start);
    keepRunning.onCrash(crashOf('order'));
    expect(await stateOf()).toEqual([{ state: 'restarting', restarts: 1 }]);
    vi.useRealTimers();
    await vi.waitFor(async () => expect(await stateOf()).toEqual([{ state: 'running', restarts: 1 }]));
    expect(starts).toBe(2);
    expect(reports).toEqual(['order ended with code 1. Its last lines:\nno space left\norder is started again']);
    expect(hopeless).toEqual([]);
  });

  it('gives up on one that crashes again and again', async () => {
    await keepRunning.start('order', start);
    for (let crash = 0; crash < 7; crash++) keepRunning.onCrash(crashOf('order'));
    expect(hopeless.map(({ message }) => message)).toEqual([
      'order ended with code 1. Its last lines:\nno space left\norder crashed too often, it is not started again',
    ]);
    expect((await stateOf())[0]?.state).toBe('ended');
  });

  it('does not start again what crashed before it was ready', () => {
    keepRunning.onCrash(crashOf('order'));
    expect(hopeless.map(({ message }) => message)).toEqual(['order ended with code 1. Its last lines:\nno space left']);
  });

  it('keeps down what is held, until it is released', async () => {
    vi.useRealTimers();
    const signals: string[] = [];
    let count = 0;
    await keepRunning.start('order', async () => {
      count += 1;
      return { ...fakeProcess('order'), signal: (signal) => void signals.push(signal) };
    });
    keepRunning.hold('order');
    expect(signals).toEqual(['SIGKILL']);
    keepRunning.onCrash(crashOf('order'));
    // Twice as long as the first restart takes.
    await delay(500);
    expect([count, (await stateOf())[0]?.state]).toEqual([1, 'restarting']);
    expect(() => keepRunning.hold('order')).toThrow('order does not run');
    keepRunning.release('order');
    await vi.waitFor(async () => expect(await stateOf()).toEqual([{ state: 'running', restarts: 1 }]));
    expect(count).toBe(2);
  });

  it('starts nothing again once the stack stops', async () => {
    await keepRunning.start('order', start);
    keepRunning.onCrash(crashOf('order'));
    keepRunning.stop();
    keepRunning.release('order');
    keepRunning.onCrash(crashOf('order'));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(starts).toBe(1);
    expect(reports).toHaveLength(1);
  });
});
