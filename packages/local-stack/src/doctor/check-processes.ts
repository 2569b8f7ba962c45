import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { logPath } from '../supervisor/process-log.ts';
import type { RunningExaminedStack } from './examined-stack.ts';
import type { Finding } from './finding.ts';

/** Processes that do not run. The supervisor starts them again, later each time. */
export async function checkProcesses({ status, stateDirectory, command }: RunningExaminedStack): Promise<Finding[]> {
  const down = status.processes.filter(({ state }) => state !== 'running');
  return await Promise.all(
    down.map(async ({ name, state, restarts }) => ({
      subject: name,
      what:
        state === 'restarting'
          ? `does not run, and is about to be started again (after ${restarts} restarts)`
          : 'has ended, and is not started again',
      since: await lastWrote(stateDirectory, name),
      todo: `look at why: ${command(`logs ${name}`)}`,
    })),
  );
}

/** When a process last wrote to its log: the nearest that is known to when it ended. */
export async function lastWrote(stateDirectory: string, name: string): Promise<string | null> {
  return await stat(logPath(join(stateDirectory, 'logs'), name)).then(
    ({ mtime }) => mtime.toISOString(),
    () => null,
  );
}
