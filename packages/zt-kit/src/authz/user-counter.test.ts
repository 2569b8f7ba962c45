import { expect, test } from 'vitest';
import { createUserCounter } from './user-counter.ts';

const two = { users: 2, seconds: 10 };

test('a user counts once, however many calls are made for him', () => {
  const counter = createUserCounter();
  const users = ['alice', 'alice', 'bob', 'alice'];
  expect(users.map((user) => counter.count('gateway', user, two))).toEqual([1, 1, 2, 2]);
});

test('whoever comes beyond the limit is one too many, and those who came before go on', () => {
  const counter = createUserCounter();
  const users = ['alice', 'bob', 'mallory', 'sam', 'alice', 'bob', 'mallory'];
  expect(users.map((user) => counter.count('gateway', user, two))).toEqual([1, 2, 3, 3, 2, 2, 3]);
});

test('a user is counted until his time since the last call is over, wherever that falls', () => {
  let elapsedMs = 1_000;
  const counter = createUserCounter({ elapsedMs: () => elapsedMs });
  counter.count('gateway', 'alice', two);
  elapsedMs = 6_000;
  counter.count('gateway', 'bob', two);
  elapsedMs = 10_999;
  expect(counter.count('gateway', 'mallory', two)).toBe(3);
  counter.count('gateway', 'alice', two);
  elapsedMs = 16_000;
  expect([counter.count('gateway', 'mallory', two), counter.count('gateway', 'bob', two)]).toEqual([2, 3]);
});

test('each name has users of its own', () => {
  const counter = createUserCounter();
  for (const user of ['alice', 'bob']) counter.count('gateway', user, two);
  expect(counter.count('console', 'mallory', two)).toBe(1);
});

test('no number of names takes more than its room', () => {
  const counter = createUserCounter({ mostNames: 2 });
  for (const name of ['a', 'b', 'b', 'c']) counter.count(name, 'alice', two);
  expect([counter.count('b', 'bob', two), counter.count('a', 'bob', two)]).toEqual([2, 1]);
});
