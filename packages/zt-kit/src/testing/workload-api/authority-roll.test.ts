import { expect, test } from 'vitest';
import { createAuthorityRoll } from './authority-roll.ts';

const make = (name: string) => () => Promise.resolve(name);

test('a roll trusts the new authority before it signs, and the old one until it is revoked', async () => {
  const roll = createAuthorityRoll('a');
  const seen = [[roll.next(), roll.active(), roll.trusted()]];
  expect(await roll.prepare(make('b'))).toBe('b');
  seen.push([roll.next(), roll.active(), roll.trusted()]);
  expect(roll.activate()).toBe('b');
  seen.push([roll.next(), roll.active(), roll.trusted()]);
  expect(roll.taint()).toBe('a');
  seen.push([roll.next(), roll.active(), roll.trusted()]);
  expect(roll.revoke()).toBe('a');
  seen.push([roll.next(), roll.active(), roll.trusted()]);
  expect(seen).toEqual([
    ['prepare', 'a', ['a']],
    ['activate', 'a', ['a', 'b']],
    ['taint', 'b', ['b', 'a']],
    ['revoke', 'b', ['b', 'a']],
    ['prepare', 'b', ['b']],
  ]);
});

test('a step out of order is refused, names the one that is next, and changes nothing', async () => {
  const roll = createAuthorityRoll('a');
  for (const step of ['activate', 'taint', 'revoke'] as const) {
    expect(() => roll[step]()).toThrow(`${step} is out of order: the next step of the roll is prepare`);
  }
  await roll.prepare(make('b'));
  roll.activate();
  await expect(roll.prepare(make('c'))).rejects.toThrow('the next step of the roll is taint');
  expect(roll.trusted()).toEqual(['b', 'a']);
});

test('a roll that was given up before the new authority signed can be begun again, with another one', async () => {
  const roll = createAuthorityRoll('a');
  await roll.prepare(make('b'));
  expect(await roll.prepare(make('c'))).toBe('c');
  expect([roll.next(), roll.trusted()]).toEqual(['activate', ['a', 'c']]);
  expect(roll.activate()).toBe('c');
});

test('of two who prepare at once, one is refused', async () => {
  const roll = createAuthorityRoll('a');
  const outcomes = await Promise.allSettled([roll.prepare(make('b')), roll.prepare(make('c'))]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  expect(roll.trusted()).toEqual(['a', 'b']);
});
