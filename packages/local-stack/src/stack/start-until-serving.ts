import { join } from 'node:path';
import type { StackContext } from '../stack-context.ts';
import type { ManagedProcess } from '../supervisor/process-group.ts';
import { logPath, logSize, readLogFrom } from '../supervisor/process-log.ts';
import { smallHeap } from '../supervisor/small-heap.ts';
import { waitUntil } from '../supervisor/wait-until.ts';

const readyTimeoutMs = 60_000;
const readBytes = 256 * 1024;

export interface NodeScript {
  readonly name: string;
  /** The node program that runs it. */
  readonly program: string;
  readonly script: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Starts a script and waits until its log says `serving`. Throws where it ends before. */
export async function startUntilServing(
  context: StackContext,
  { name, program, script, env }: NodeScript,
): Promise<ManagedProcess> {
  const startedAt = Date.now();
  const process = await context.processes.start({ name, command: program, args: [...smallHeap, script], env });
  const path = logPath(join(context.stateDirectory, 'logs'), name);
  const serves = async () => {
    const log = await readLogFrom(path, Math.max(0, (await logSize(path)) - readBytes));
    return servesSince(log, startedAt) ? true : null;
  };
  await waitUntil(`${name} serves`, serves, { timeoutMs: readyTimeoutMs, ended: process.exited });
  return process;
}

/** Whether a log has a line with the event `serving` from this time (milliseconds) on. */
function servesSince(log: string, since: number): boolean {
  return log.split('\n').some((line) => {
    if (!line.includes('"serving"')) return false;
    try {
      const { event, time } = JSON.parse(line);
      return event === 'serving' && Date.parse(time) >= since;
    } catch {
      return false;
    }
  });
}
