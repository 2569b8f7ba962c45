import type { JWK } from 'jose';
import { expect, test } from 'vitest';
import { createCookieKeys } from './cookie-keys.ts';

test('a copy of the service takes what another one signed, for as long as that key is published', () => {
  let published: readonly JWK[] = [];
  const one = createCookieKeys(() => published);
  const other = createCookieKeys(() => published);
  const signature = one.sign('__Host-session=abc');
  expect(one.index('__Host-session=abc', signature)).toBe(0);
  expect(other.index('__Host-session=abc', signature)).toBe(-1);
  published = [one.publicJwk, other.publicJwk];
  expect(other.index('__Host-session=abc', signature)).toBe(0);
  expect(other.verify('__Host-session=abc', signature)).toBe(true);
  published = [other.publicJwk];
  expect(other.index('__Host-session=abc', signature)).toBe(-1);
});

test.each([
  ['of another cookie', (signature: string) => ['__Host-session=abd', signature]],
  ['that is empty', () => ['__Host-session=abc', '']],
  ['of an unknown key', (signature: string) => ['__Host-session=abc', `x${signature}`]],
  ['that was cut short', (signature: string) => ['__Host-session=abc', signature.slice(0, -4)]],
  ['with something behind it', (signature: string) => ['__Host-session=abc', `${signature}.x`]],
])('a signature %s is none', (_title, change) => {
  const keys = createCookieKeys(() => []);
  const [data = '', signature = ''] = change(keys.sign('__Host-session=abc'));
  expect(keys.index(data, signature)).toBe(-1);
});

test('nothing private is published', () => {
  expect(Object.keys(createCookieKeys(() => []).publicJwk).toSorted()).toEqual([
    'alg',
    'crv',
    'kid',
    'kty',
    'use',
    'x',
  ]);
});
