import { expect, test } from 'vitest';
import { retryDelaySeconds } from './retry-delay.ts';

test('the wait doubles, up to half a minute', () => {
  expect([1, 2, 3, 5, 6, 7, 2000].map((attempt) => retryDelaySeconds(attempt, 0))).toEqual([1, 2, 4, 16, 30, 30, 30]);
});

test('chance shortens the wait by a half at most', () => {
  expect([retryDelaySeconds(1, 1), retryDelaySeconds(6, 0.5), retryDelaySeconds(6, 1)]).toEqual([0.5, 22.5, 15]);
});
