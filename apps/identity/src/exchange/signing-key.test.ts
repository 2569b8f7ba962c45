import { createSigningKeySource, createSubjectTokenVerifier } from '@zt/kit/delegation';
import { decodeProtectedHeader } from 'jose';
import { expect, test } from 'vitest';
import { createSigningKeys } from './signing-key.ts';

const start = new Date('2030-01-01T00:00:00Z');
const hours = (count: number) => new Date(start.getTime() + count * 3_600_000);
const idOf = async (keys: ReturnType<typeof createSigningKeys>, now: Date) =>
  decodeProtectedHeader(await keys.sign('obo+jwt', {}, now)).kid;
const published = (keys: ReturnType<typeof createSigningKeys>, now: Date) =>
  keys.publicKeys(now).keys.map(({ kid }) => kid);

test('what is signed verifies with what is published', async () => {
  const keys = createSigningKeys(start);
  const source = createSigningKeySource({ fetchKeys: async () => keys.publicKeys(start) });
  const verifier = createSubjectTokenVerifier({ type: 'obo+jwt', issuer: 'spiffe://zt.example/x', keys: source });
  const iat = start.getTime() / 1000;
  const claims = { iss: 'spiffe://zt.example/x', aud: 'spiffe://zt.example/y', sub: 'alice', sid: 's', jti: 't' };
  const act = { sub: 'spiffe://zt.example/y' };
  const token = await keys.sign('obo+jwt', { ...claims, iat, exp: iat + 60, act }, start);
  expect((await verifier.verify(token, { audience: claims.aud }, start)).subject).toBe('alice');
});

test('a key signs for an hour, and was published an hour before', async () => {
  const keys = createSigningKeys(start);
  const first = await idOf(keys, hours(0));
  expect(await idOf(keys, hours(0.99))).toBe(first);
  const known = published(keys, hours(0.99));
  const second = await idOf(keys, hours(1));
  expect(second).not.toBe(first);
  expect(known).toContain(second);
});

test('a key is published for an hour after it signed, and no longer', async () => {
  const keys = createSigningKeys(start);
  const first = await idOf(keys, hours(0));
  expect(published(keys, hours(1.99))).toContain(first);
  expect(published(keys, hours(2))).not.toContain(first);
});

test('a machine that slept through the night signs with none of the keys that signed before', async () => {
  const keys = createSigningKeys(start);
  const first = await idOf(keys, hours(0));
  expect(await idOf(keys, hours(9))).not.toBe(first);
  expect(published(keys, hours(9))).not.toContain(first);
});

test('nothing private is published', () => {
  for (const key of createSigningKeys(start).publicKeys(start).keys) {
    expect(Object.keys(key).toSorted()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
  }
});
