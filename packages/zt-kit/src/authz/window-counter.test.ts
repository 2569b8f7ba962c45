import { expect, test } from 'vitest';
import { createWindowCounter } from './window-counter.ts';

test('a window starts with the first of its name and ends after its time', () => {
  let elapsedMs = 1_000;
  const counter = createWindowCounter({ elapsedMs: () => elapsedMs });
  expect([counter.count('a', 10), counter.count('a', 10), counter.count('b', 10)]).toEqual([1, 2, 1]);
  elapsedMs = 10_999;
  expect(counter.count('a', 10)).toBe(3);
  elapsedMs = 11_001;
  expect(counter.count('a', 10)).toBe(1);
});

test('names have windows of their own length', () => {
  let elapsedMs = 1_000;
  const counter = createWindowCounter({ elapsedMs: () => elapsedMs });
  counter.count('short', 1);
  counter.count('long', 100);
  elapsedMs = 3_000;
  expect([counter.count('short', 1), counter.count('long', 100)]).toEqual([1, 2]);
});

test('no number of callers takes more than its room', () => {
  const counter = createWindowCounter({ mostNames: 2 });
  for (const name of ['a', 'b', 'b', 'c']) counter.count(name, 10);
  expect([counter.count('b', 10), counter.count('a', 10)]).toEqual([3, 1]);
});
