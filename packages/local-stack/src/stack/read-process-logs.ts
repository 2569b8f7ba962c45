import { join } from 'node:path';
import { logPath, readLogFrom } from '../supervisor/process-log.ts';
import type { ReadLogs } from './found-stack.ts';

/** Reads the logs of a stack whose parts are processes: each has one. */
export function readProcessLogs(stateDirectory: string): ReadLogs {
  return async (name) => [await readLogFrom(logPath(join(stateDirectory, 'logs'), name), 0)];
}
