import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const saidMs = 2_000;
const againMs = 50;

/** Whether a log has a line that fits: now, or within two seconds, since what a container says comes a little later. */
export async function isWritten(
  logFile: string,
  fits: (line: string) => boolean,
  patienceMs: number = saidMs,
): Promise<boolean> {
  const end = Date.now() + patienceMs;
  while (true) {
    const log = await readFile(logFile, 'utf8');
    if (log.split('\n').some(fits)) return true;
    if (Date.now() > end) return false;
    await sleep(againMs);
  }
}
