import { expect, test } from 'vitest';
import { createUserSession } from './user-session.ts';

const minute = 60_000;

test('One log-in serves until two minutes before the token ends', async () => {
  let now = 0;
  let logIns = 0;
  const session = createUserSession(
    async () => `token ${++logIns}`,
    () => now,
  );
  expect(await Promise.all([session.token(), session.token()])).toEqual(['token 1', 'token 1']);
  now = 8 * minute - 1;
  expect(await session.token()).toBe('token 1');
  now = 8 * minute;
  expect(await session.token()).toBe('token 2');
});

test('A failed log-in is tried again the next time', async () => {
  let logIns = 0;
  const session = createUserSession(async () => {
    logIns += 1;
    if (logIns === 1) throw new Error('the provider does not answer');
    return 'token';
  });
  await expect(session.token()).rejects.toThrow('the provider does not answer');
  expect(await session.token()).toBe('token');
});
