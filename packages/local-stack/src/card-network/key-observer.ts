import { setTimeout as delay } from 'node:timers/promises';
import type { ReadLogs } from '../stack/found-stack.ts';
import { waitUntil } from '../supervisor/wait-until.ts';
import type { KeyObserver } from './rotate-api-key.ts';

const timeoutMs = 30_000;
/** Longer than payment waits for any answer of the network's, a second attempt among it. */
const longestCallMs = 5_000;

/** Sees which version payment has, each copy of it, in what it logs: `api_key_taken` for each. */
export function createKeyObserver(readLogs: ReadLogs): KeyObserver {
  return {
    async taken(version) {
      const hasTaken = (log: string): boolean => (lastVersionTaken(log) ?? 0) >= version;
      const ask = async () => ((await readLogs('payment')).every(hasTaken) ? true : null);
      await waitUntil(`payment uses version ${version} of its key`, ask, { timeoutMs, pauseMs: 200 });
    },
    callsEnded: () => delay(longestCallMs),
  };
}

/** The version in a log's last `api_key_taken`; null where there is none. Lines of other kinds are passed over. */
export function lastVersionTaken(log: string): number | null {
  const line = log.split('\n').findLast((candidate) => candidate.includes('"event":"api_key_taken"'));
  if (line === undefined) return null;
  try {
    const { version } = JSON.parse(line);
    return typeof version === 'number' ? version : null;
  } catch {
    // The log was cut within this line.
    return null;
  }
}
