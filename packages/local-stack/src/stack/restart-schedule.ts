const windowMs = 120_000;
const mostRestarts = 6;
const shortestDelayMs = 250;
const longestDelayMs = 15_000;

/**
 * How long to wait before a crashed process is started again, given when it crashed before (milliseconds, this crash
 * the last). The wait doubles with each crash of the last two minutes; null after the seventh: it is beyond repair.
 */
export function restartDelayMs(crashes: readonly number[]): number | null {
  const now = crashes.at(-1) ?? 0;
  const recent = crashes.filter((time) => now - time <= windowMs).length;
  if (recent > mostRestarts) return null;
  return Math.min(shortestDelayMs * 2 ** (recent - 1), longestDelayMs);
}
