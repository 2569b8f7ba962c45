import { UnsecuredJWT } from 'jose';
import { expect, test } from 'vitest';
import { createSession } from './session.ts';

const tokenUntil = (seconds: number) => new UnsecuredJWT({}).setExpirationTime(seconds).encode();

/** Logs in for 100 s each time. */
function sessionAt(clock: { seconds: number }) {
  let logins = 0;
  const session = createSession(
    async () => {
      logins += 1;
      return tokenUntil(clock.seconds + 100);
    },
    () => clock.seconds * 1000,
  );
  return { session, logins: () => logins };
}

test('A token is used for a part of its life, by all who want one at the same time', async () => {
  const clock = { seconds: 1_000 };
  const { session, logins } = sessionAt(clock);
  await Promise.all([session.token(), session.token()]);
  clock.seconds += 69;
  await session.token();
  expect(logins()).toBe(1);
  clock.seconds += 2;
  await session.token();
  expect(logins()).toBe(2);
});

test('A token that was refused is replaced at once', async () => {
  const { session, logins } = sessionAt({ seconds: 1_000 });
  await session.token();
  session.refused();
  await session.token();
  expect(logins()).toBe(2);
});
