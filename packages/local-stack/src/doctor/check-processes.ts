import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { logPath } from '../supervisor/process-log.ts';
import type { RunningExaminedStack } from './examined-stack.ts';
import type { Finding } from './finding.ts';

/** Processes that do not run. The supervisor starts them again, later each time. */
export async function checkProcesses(stack: RunningExaminedStack): Promise<Finding[]> {
  const { status, command } = stack;
  const down = status.processes.filter(({ state }) => state !== 'running');
  return await Promise.all(
    down.map(async ({ name, state, restarts }) => ({
      subject: name,
      what:
        state === 'restarting'
          ? `does not run; it has been started again ${restarts} times, and will be once more`
          : 'has ended, and is not started again',
      since: await downSince(stack, name),
      todo: `look at why: ${command(`logs ${name}`)}`,
    })),
  );
}

/**
 * When a process that is down ended; where nobody told, when it last wrote to its log, the nearest that is known. Null for
 * one that runs.
 */
export async function downSince(
  { status, stateDirectory }: Pick<RunningExaminedStack, 'status' | 'stateDirectory'>,
  name: string,
): Promise<string | null> {
  const process = status.processes.find((each) => each.name === name);
  if (process?.state === 'running') return null;
  if (process?.endedAt !== undefined) return process.endedAt;
  return await stat(logPath(join(stateDirectory, 'logs'), name)).then(
    ({ mtime }) => mtime.toISOString(),
    () => null,
  );
}
