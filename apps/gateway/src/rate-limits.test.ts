import { expect, test } from 'vitest';
import { createRateLimits } from './rate-limits.ts';

const limit = { requests: 2, seconds: 60 };

test('a limit counts down, is passed, and says when it begins anew', async () => {
  const limits = createRateLimits({ address: limit, user: limit });
  const quotas = [];
  for (let at = 0; at < 4; at++) quotas.push(await limits.countUser('alice'));
  expect(quotas.map(({ remaining, exceeded }) => [remaining, exceeded])).toEqual([
    [1, false],
    [0, false],
    [0, true],
    [0, true],
  ]);
  expect(quotas[0]).toMatchObject({ policy: 'user', limit, secondsUntilReset: 60 });
});

test('one user takes nothing from another, nor an address from a user of the same name', async () => {
  const limits = createRateLimits({ address: limit, user: limit });
  for (let at = 0; at < 3; at++) await limits.countUser('192.0.2.1');
  expect((await limits.countUser('bob')).exceeded).toBe(false);
  expect((await limits.countAddress('192.0.2.1')).exceeded).toBe(false);
});

test('the addresses of one /64 are one, and those of another are another', async () => {
  const limits = createRateLimits({ address: limit, user: limit });
  for (const last of [1, 2, 3]) await limits.countAddress(`2001:db8:0:1::${last}`);
  expect((await limits.countAddress('2001:db8:0:1:ffff::1')).exceeded).toBe(true);
  expect((await limits.countAddress('2001:db8:0:2::1')).exceeded).toBe(false);
});

test('however many addresses ask, there are no more counters than were asked for', async () => {
  const limits = createRateLimits({ address: { requests: 1, seconds: 60 }, user: limit, addressCounters: 16 });
  const addresses = Array.from({ length: 1_000 }, (_, at) => `192.0.${at >> 8}.${at & 255}`);
  const quotas = await Promise.all(addresses.map((address) => limits.countAddress(address)));
  expect(quotas.filter(({ exceeded }) => !exceeded).length).toBeLessThanOrEqual(16);
});

test('a window that has ended begins anew', async () => {
  const limits = createRateLimits({ address: limit, user: { requests: 1, seconds: 0.05 } });
  await limits.countUser('alice');
  expect((await limits.countUser('alice')).exceeded).toBe(true);
  await expect.poll(async () => (await limits.countUser('alice')).exceeded).toBe(false);
});
