import { setTimeout as delay } from 'node:timers/promises';

/**
 * Asks again and again until the answer is not null. Throws when the time is up, and at once where `ended` settles:
 * nobody waits for a program that is gone.
 */
export async function waitUntil<T>(
  what: string,
  ask: () => Promise<T | null>,
  options: { readonly timeoutMs: number; readonly pauseMs?: number; readonly ended?: Promise<unknown> },
): Promise<T> {
  const deadline = performance.now() + options.timeoutMs;
  let ended = false;
  void options.ended?.then(() => {
    ended = true;
  });
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    if (ended) throw new Error(`${what}: the program has ended`);
    if (performance.now() > deadline) throw new Error(`${what}: not within ${options.timeoutMs / 1000} s`);
    await delay(options.pauseMs ?? 50);
  }
}
