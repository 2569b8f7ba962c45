import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../error-message.ts';
import type { Crash, ManagedProcess } from '../supervisor/process-group.ts';
import { describeExit } from '../supervisor/run-to-end.ts';
import type { ProcessTable } from './process-table.ts';
import { restartDelayMs } from './restart-schedule.ts';

export interface KeepRunning {
  /** Starts a process, and starts it again after each crash. Throws where the first start fails. */
  start(name: string, start: () => Promise<ManagedProcess>): Promise<ManagedProcess>;
  /** To be told of every crash in the group. */
  onCrash(crash: Crash): void;
  /** Kills a process with SIGKILL and keeps it down until it is released. Throws where none of that name runs. */
  hold(name: string): void;
  /** Lets a process that is held down start again. */
  release(name: string): void;
  /** From now on nothing is started again. */
  stop(): void;
}

/**
 * Starts crashed processes again, later each time. A process that crashes seven times within two minutes, or while the
 * stack is starting, is beyond repair: `onHopeless` gets an error with its last lines.
 */
export function createKeepRunning(options: {
  readonly table: ProcessTable;
  readonly report: (message: string) => void;
  readonly onHopeless: (error: Error) => void;
}): KeepRunning {
  const { table, report, onHopeless } = options;
  const starts = new Map<string, () => Promise<ManagedProcess>>();
  const crashes = new Map<string, number[]>();
  const stopped = new AbortController();
  const held = new Map<string, PromiseWithResolvers<void>>();

  async function restart(name: string, reason: string): Promise<void> {
    const times = [...(crashes.get(name) ?? []), performance.now()];
    crashes.set(name, times);
    const start = starts.get(name);
    const delayMs = restartDelayMs(times);
    if (start === undefined || delayMs === null) {
      table.ended(name);
      onHopeless(
        new Error(start === undefined ? reason : `${reason}\n${name} crashed too often, it is not started again`),
      );
      return;
    }
    report(`${reason}\n${name} is started again`);
    table.restarting(name);
    try {
      await delay(delayMs, undefined, { signal: stopped.signal });
      await held.get(name)?.promise;
      if (!stopped.signal.aborted) table.running(await start());
    } catch (error) {
      // A start that fails because its process ended is told of as a crash of its own.
      if (!stopped.signal.aborted && table.process(name) === null) report(messageOf(error));
    }
  }

  function release(name: string): void {
    held.get(name)?.resolve();
    held.delete(name);
  }

  return {
    async start(name, start) {
      const process = await start();
      table.running(process);
      starts.set(name, start);
      return process;
    },
    onCrash({ name, exit, lastLines }) {
      if (stopped.signal.aborted) return;
      void restart(name, `${name} ${describeExit(exit)}. Its last lines:\n${lastLines}`);
    },
    hold(name) {
      const process = table.process(name);
      if (process === null) throw new Error(`${name} does not run`);
      held.set(name, Promise.withResolvers());
      process.signal('SIGKILL');
    },
    release,
    stop() {
      stopped.abort();
      for (const name of [...held.keys()]) release(name);
    },
  };
}
