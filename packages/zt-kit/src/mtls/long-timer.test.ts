import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startTimer } from './long-timer.ts';

const dayMs = 24 * 60 * 60_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a timer may run for longer than Node can count', () => {
  const run = vi.fn();
  startTimer(60 * dayMs, run);
  vi.advanceTimersByTime(60 * dayMs - 1);
  expect(run).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(run).toHaveBeenCalledOnce();
});

test('a timer whose time is over runs at once, and one that was stopped never', () => {
  const late = vi.fn();
  const stopped = vi.fn();
  startTimer(-1, late);
  const stop = startTimer(60 * dayMs, stopped);
  vi.advanceTimersByTime(30 * dayMs);
  stop();
  vi.advanceTimersByTime(90 * dayMs);
  expect(late).toHaveBeenCalledOnce();
  expect(stopped).not.toHaveBeenCalled();
});

test('a clock that is put back does not delay it, and one that is put forward is seen after a minute', () => {
  const back = vi.fn();
  startTimer(30_000, back);
  vi.setSystemTime(Date.now() - 300_000);
  vi.advanceTimersByTime(30_000);
  expect(back).toHaveBeenCalledOnce();
  const forward = vi.fn();
  startTimer(300_000, forward);
  vi.setSystemTime(Date.now() + 300_000);
  vi.advanceTimersByTime(60_000);
  expect(forward).toHaveBeenCalledOnce();
});
