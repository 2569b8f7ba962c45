import type { JSONWebKeySet } from 'jose';
import { expect, test } from 'vitest';
import { createTestTokenIssuer } from '../testing/token-issuer.ts';
import { createSigningKeySource } from './signing-keys.ts';

const first = createTestTokenIssuer('https://localhost', 'at+jwt');
const second = createTestTokenIssuer('https://localhost', 'at+jwt');
const firstId = first.jwks.keys[0]?.kid ?? '';
const secondId = second.jwks.keys[0]?.kid ?? '';

function source(answer: () => JSONWebKeySet | Promise<JSONWebKeySet>) {
  const clock = { ms: 0 };
  const asked = { times: 0 };
  const keys = createSigningKeySource({
    fetchKeys: async () => {
      asked.times++;
      return answer();
    },
    fetchTimeoutMs: 50,
    nowMs: () => clock.ms,
  });
  return { keys, clock, asked };
}

test('a hundred calls that come in at once ask the issuer once', async () => {
  const { keys, asked } = source(() => first.jwks);
  await Promise.all(Array.from({ length: 100 }, () => keys.keyFor(firstId)));
  await keys.keyFor(firstId);
  expect(asked.times).toBe(1);
});

test('unknown key ids are refused, and ask the issuer once in two seconds at most', async () => {
  const { keys, clock, asked } = source(() => first.jwks);
  for (let index = 0; index < 20; index++) {
    await expect(keys.keyFor(`unknown-${index}`)).rejects.toMatchObject({ reason: 'token_signature_invalid' });
  }
  expect(asked.times).toBe(1);
  clock.ms = 2_000;
  await expect(keys.keyFor('unknown')).rejects.toMatchObject({ reason: 'token_signature_invalid' });
  expect(asked.times).toBe(2);
});

test('a new key of the issuer is found by its id, and one that was withdrawn is known no more', async () => {
  let jwks = first.jwks;
  const { keys, clock } = source(() => jwks);
  await keys.keyFor(firstId);
  jwks = second.jwks;
  clock.ms = 2_000;
  expect((await keys.keyFor(secondId)).type).toBe('public');
  await expect(keys.keyFor(firstId)).rejects.toMatchObject({ reason: 'token_signature_invalid' });
});

test('keys in hand are used while the issuer is out of reach, but not for ever', async () => {
  let reachable = true;
  const { keys, clock } = source(() => {
    if (!reachable) throw new Error('connection refused');
    return first.jwks;
  });
  await keys.keyFor(firstId);
  reachable = false;
  clock.ms = 29 * 60_000;
  await keys.keyFor(firstId);
  clock.ms = 30 * 60_000;
  await expect(keys.keyFor(firstId)).rejects.toMatchObject({ reason: 'signing_keys_unavailable' });
});

test('keys that are five minutes old are fetched anew without a call waiting for it', async () => {
  let jwks = first.jwks;
  const { keys, clock, asked } = source(() => jwks);
  await keys.keyFor(firstId);
  jwks = { keys: [...first.jwks.keys, ...second.jwks.keys] };
  clock.ms = 5 * 60_000;
  await keys.keyFor(firstId);
  await keys.keyFor(secondId);
  expect(asked.times).toBe(2);
  clock.ms = 31 * 60_000;
  await keys.keyFor(secondId);
  expect(asked.times).toBe(3);
});

test('an issuer that was out of reach is asked again later', async () => {
  let reachable = false;
  const { keys, clock, asked } = source(() => {
    if (!reachable) throw new Error('connection refused');
    return first.jwks;
  });
  await expect(keys.keyFor(firstId)).rejects.toMatchObject({ reason: 'signing_keys_unavailable' });
  await expect(keys.keyFor(firstId)).rejects.toMatchObject({ reason: 'signing_keys_unavailable' });
  expect(asked.times).toBe(1);
  reachable = true;
  clock.ms = 2_000;
  await keys.keyFor(firstId);
});

test('a key that an issuer made while it was out of reach is not called wrong before it could be asked', async () => {
  let jwks: JSONWebKeySet | null = first.jwks;
  const { keys, clock } = source(() => {
    if (jwks === null) throw new Error('connection refused');
    return jwks;
  });
  await keys.keyFor(firstId);
  clock.ms = 2_000;
  jwks = null;
  await expect(keys.keyFor(secondId)).rejects.toMatchObject({ reason: 'signing_keys_unavailable' });
  jwks = { keys: [...first.jwks.keys, ...second.jwks.keys] };
  clock.ms = 2_500;
  await expect(keys.keyFor(secondId)).rejects.toMatchObject({ reason: 'signing_keys_unavailable' });
  expect((await keys.keyFor(firstId)).type).toBe('public');
  clock.ms = 4_000;
  expect((await keys.keyFor(secondId)).type).toBe('public');
});

test('an issuer that never answers does not hold calls for ever', async () => {
  const { keys } = source(() => new Promise(() => undefined));
  await expect(keys.keyFor(firstId)).rejects.toMatchObject({ reason: 'signing_keys_unavailable' });
});

const good = first.jwks.keys[0];
test.each([
  ['of another curve', { ...good, kid: 'x', crv: 'P-384' }],
  ['for encryption', { ...good, kid: 'x', use: 'enc' }],
  ['for another algorithm', { ...good, kid: 'x', alg: 'ES384' }],
  ['that is symmetric', { kty: 'oct', kid: 'x', k: 'AAAA', alg: 'HS256' }],
  ['that is private', { ...good, kid: 'x', d: 'AAAA' }],
])('a key in the set %s is left aside', async (_title, jwk) => {
  const { keys } = source(() => ({ keys: [jwk, ...first.jwks.keys] }) as JSONWebKeySet);
  await expect(keys.keyFor('x')).rejects.toMatchObject({ reason: 'token_signature_invalid' });
  expect((await keys.keyFor(firstId)).type).toBe('public');
});

test('a key set in which one id stands for two keys is not used at all', async () => {
  const clash = { ...second.jwks.keys[0], kid: firstId };
  const { keys } = source(() => ({ keys: [...first.jwks.keys, clash] }) as JSONWebKeySet);
  await expect(keys.keyFor(firstId)).rejects.toMatchObject({ reason: 'signing_keys_unavailable' });
});
