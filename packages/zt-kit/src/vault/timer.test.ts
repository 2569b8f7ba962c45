import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createTimer } from './timer.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const fiveMinutes = 300_000;
const inThirtySeconds = () => new Date(Date.now() + 30_000);
const putClock = (ms: number) => vi.setSystemTime(Date.now() + ms);

test('A timer fires at its time, once', () => {
  const fire = vi.fn();
  createTimer(fire).setTo(inThirtySeconds());
  vi.advanceTimersByTime(29_999);
  expect(fire).not.toHaveBeenCalled();
  vi.advanceTimersByTime(fiveMinutes);
  expect(fire).toHaveBeenCalledTimes(1);
});

test('A clock that is put back does not delay it', () => {
  const fire = vi.fn();
  createTimer(fire).setTo(inThirtySeconds());
  putClock(-fiveMinutes);
  vi.advanceTimersByTime(30_000);
  expect(fire).toHaveBeenCalledTimes(1);
});

test('A clock that is put forward, or a sleep of the machine, is seen after a minute at the latest', () => {
  const fire = vi.fn();
  createTimer(fire).setTo(new Date(Date.now() + fiveMinutes));
  putClock(fiveMinutes);
  vi.advanceTimersByTime(60_000);
  expect(fire).toHaveBeenCalledTimes(1);
});

test('A timer that is set again or cleared forgets what it was set to', () => {
  const fire = vi.fn();
  const timer = createTimer(fire);
  timer.setTo(inThirtySeconds());
  timer.setTo(new Date(Date.now() + fiveMinutes));
  vi.advanceTimersByTime(60_000);
  timer.clear();
  vi.advanceTimersByTime(2 * fiveMinutes);
  expect(fire).not.toHaveBeenCalled();
});
