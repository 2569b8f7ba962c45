import { setTimeout as sleep } from 'node:timers/promises';

const lookMs = 1_000;

/** Waits until nothing is under way any more, or for so long at most; gives what was left the last time it looked. */
export async function untilSettled(countOpen: () => Promise<number>, patienceMs: number): Promise<number> {
  const end = Date.now() + patienceMs;
  while (true) {
    const open = await countOpen();
    if (open === 0 || Date.now() > end) return open;
    await sleep(lookMs);
  }
}
