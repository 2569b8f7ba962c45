import { describe, expect, it } from 'vitest';
import { restartDelayMs } from './restart-schedule.ts';

describe('the wait before a crashed process is started again', () => {
  it('doubles with each crash in a row', () => {
    const crashes = [0, 1000, 2000, 3000, 4000, 5000];
    expect(crashes.map((_, index) => restartDelayMs(crashes.slice(0, index + 1)))).toEqual([
      250, 500, 1000, 2000, 4000, 8000,
    ]);
  });

  it('has no end that comes too soon: the seventh crash within two minutes is the last', () => {
    expect(restartDelayMs([0, 1, 2, 3, 4, 5, 6])).toBeNull();
  });

  it('forgets crashes of long ago', () => {
    expect(restartDelayMs([0, 1, 2, 3, 4, 5, 200_000])).toBe(250);
  });
});
