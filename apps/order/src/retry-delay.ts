const longestSeconds = 30;

/**
 * How long to wait after so many attempts without a step forward: twice as long each time, up to a bound, and shortened by
 * up to a half, so that what failed together is not tried together. `random` is from 0 to 1.
 */
export function retryDelaySeconds(attempt: number, random: number): number {
  return Math.min(2 ** (attempt - 1), longestSeconds) * (1 - random / 2);
}
