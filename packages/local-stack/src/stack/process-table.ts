import { join } from 'node:path';
import type { ProcessStatus } from '../control/stack-status.ts';
import type { StackContext } from '../stack-context.ts';
import type { ManagedProcess } from '../supervisor/process-group.ts';
import { logPath, readLogFrom } from '../supervisor/process-log.ts';
import { portsOf } from './ports-of-process.ts';
import { lastSvidEvents } from './svid-events.ts';

type StackWithProcesses = Pick<StackContext, 'kind' | 'ports' | 'stateDirectory'>;

/** What is known of the processes of a stack. */
export interface ProcessTable {
  running(process: ManagedProcess): void;
  /** Counts as a restart once it runs again. */
  restarting(name: string): void;
  ended(name: string): void;
  process(name: string): ManagedProcess | null;
  status(context: StackWithProcesses): Promise<ProcessStatus[]>;
}

interface Row {
  state: ProcessStatus['state'];
  process: ManagedProcess | null;
  restarts: number;
}

export function createProcessTable(): ProcessTable {
  const rows = new Map<string, Row>();
  const rowOf = (name: string): Row => {
    const row = rows.get(name) ?? { state: 'running', process: null, restarts: 0 };
    rows.set(name, row);
    return row;
  };
  return {
    running(process) {
      const row = rowOf(process.name);
      row.state = 'running';
      row.process = process;
    },
    restarting(name) {
      const row = rowOf(name);
      row.state = 'restarting';
      row.process = null;
      row.restarts += 1;
    },
    ended(name) {
      const row = rowOf(name);
      row.state = 'ended';
      row.process = null;
    },
    process: (name) => rows.get(name)?.process ?? null,
    async status(context) {
      return Promise.all(
        [...rows].map(async ([name, { state, process, restarts }]) => ({
          name,
          state,
          pid: process?.pid ?? null,
          ports: portsOf(name, context),
          restarts,
          svids: await svidsIn(context.stateDirectory, name),
        })),
      );
    },
  };
}

async function svidsIn(stateDirectory: string, name: string): Promise<ProcessStatus['svids']> {
  const log = await readLogFrom(logPath(join(stateDirectory, 'logs'), name), 0);
  return lastSvidEvents(log).map(({ spiffeId, notAfter }) => ({ spiffeId, notAfter: notAfter.toISOString() }));
}
