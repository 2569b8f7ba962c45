import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Reason } from '../errors.ts';
import { reasonOf } from '../testing/reason-of.ts';
import { createTestTokenIssuer } from '../testing/token-issuer.ts';
import { createSigningKeySource } from './signing-keys.ts';
import type { ForeignUserIssuer } from './user-issuer.ts';
import { createUserTokenVerifier } from './user-tokens.ts';

const gateway = 'spiffe://zt.example/ns/shop/sa/gateway';
const issuer = 'https://login.example/dex';
const now = new Date('2030-01-01T00:00:00Z');
const seconds = now.getTime() / 1000;

const strict: ForeignUserIssuer = {
  kind: 'foreign',
  issuer,
  authorities: 'own-trust-domain',
  audience: 'zt-cli',
  otherAudiences: ['account'],
  tokenTypes: ['at+jwt'],
  algorithm: 'ES256',
  longestLifeSeconds: 900,
  requiredClaims: { email_verified: true },
  tokenIdClaim: 'at_hash',
  sessionClaim: 'at_hash',
  roles: { claim: ['groups'], map: { shoppers: ['customer'], books: ['finance', 'customer'] } },
  scopes: { byRole: { customer: ['orders:write', 'orders:read'], finance: ['orders:read'] } },
  session: { check: 'introspection', cacheSeconds: 5, client: null },
};

const claims = {
  aud: 'zt-cli',
  sub: 'CgVhbGljZRIFbG9jYWw',
  at_hash: 'Xp3k',
  groups: ['shoppers', 'chess'],
  email_verified: true,
  iat: seconds - 10,
  exp: seconds + 290,
};

const dex = createTestTokenIssuer(issuer, 'at+jwt');
const keys = createSigningKeySource({ fetchKeys: async () => dex.jwks });

function verify(token: string, settings: Partial<ForeignUserIssuer> = {}) {
  return createUserTokenVerifier({ ...strict, ...settings }, keys).verify(token, { audience: gateway }, now);
}

test("a foreign issuer's token says who it is for, in this system's words", async () => {
  expect(await verify(dex.issue(claims))).toEqual({
    id: 'Xp3k',
    subject: 'https://login.example/dex#CgVhbGljZRIFbG9jYWw',
    roles: ['customer'],
    sessionId: 'Xp3k',
    audience: gateway,
    scopes: ['orders:write', 'orders:read'],
    chain: [],
    issuedAt: new Date((seconds - 10) * 1000),
    expiresAt: new Date((seconds + 290) * 1000),
  });
});

describe('roles and scopes', () => {
  test('may be a single text, or inside another claim', async () => {
    const nested = { ...claims, realm: { roles: 'books' } };
    const roles = { ...strict.roles, claim: ['realm', 'roles'] };
    expect(await verify(dex.issue(nested), { roles })).toMatchObject({ roles: ['finance', 'customer'] });
  });

  test('are none for who is in no group that counts here', async () => {
    for (const groups of [undefined, [], ['chess'], ['constructor', '__proto__']]) {
      expect(await verify(dex.issue({ ...claims, groups }))).toMatchObject({ roles: [], scopes: [] });
    }
  });

  test('are not taken from a claim that the settings do not name', async () => {
    const token = dex.issue({ ...claims, roles: ['finance'], scope: 'payments:write' });
    expect(await verify(token)).toMatchObject({ roles: ['customer'], scopes: ['orders:write', 'orders:read'] });
  });

  test('scopes are those of the token where the issuer knows scopes', async () => {
    const settings = { scopes: { claim: 'scope' } };
    expect(await verify(dex.issue({ ...claims, scope: 'orders:read' }), settings)).toMatchObject({
      scopes: ['orders:read'],
    });
    expect(await verify(dex.issue(claims), settings)).toMatchObject({ scopes: [] });
  });
});

test('a token may name other audiences only where they are known', async () => {
  expect(await verify(dex.issue({ ...claims, aud: ['account', 'zt-cli'] }))).toMatchObject({ audience: gateway });
  for (const aud of [['account'], ['zt-cli', 'elsewhere'], 'account', [], undefined]) {
    expect(await reasonOf(verify(dex.issue({ ...claims, aud })))).toBe('token_audience_wrong');
  }
});

describe("a foreign issuer's token is refused", () => {
  const own = createTestTokenIssuer('https://localhost:8443', 'at+jwt');
  const refusals: readonly (readonly [string, Reason, string])[] = [
    ['when it is for another client', 'token_audience_wrong', dex.issue({ ...claims, aud: 'some-other-app' })],
    ['when it is for the gateway itself', 'token_audience_wrong', dex.issue({ ...claims, aud: gateway })],
    ['when it names another issuer', 'token_issuer_wrong', dex.issue({ ...claims, iss: 'https://login.example' })],
    ['when it is from the own provider', 'token_signature_invalid', own.issue({ ...claims, aud: gateway })],
    ['when its type is not named', 'token_type_wrong', dex.issue(claims, { typ: 'JWT' })],
    ['when it has no type', 'token_type_wrong', dex.issue(claims, { typ: undefined })],
    ['when it is signed otherwise', 'token_algorithm_not_allowed', dex.issue(claims, { alg: 'RS256' })],
    ['when it is signed with a shared secret', 'token_algorithm_not_allowed', dex.issue(claims, { alg: 'HS256' })],
    ['when it is not signed', 'token_algorithm_not_allowed', dex.issue(claims, { alg: 'none' })],
    ['when a required claim is another', 'token_type_wrong', dex.issue({ ...claims, email_verified: false })],
    ['when a required claim is missing', 'token_type_wrong', dex.issue({ ...claims, email_verified: undefined })],
    ['when it has expired', 'token_expired', dex.issue({ ...claims, exp: seconds - 1 })],
    ['when it lives for too long', 'token_malformed', dex.issue({ ...claims, exp: seconds + 891 })],
    ['when it has no name of its own', 'token_malformed', dex.issue({ ...claims, at_hash: undefined })],
    ['when it has no subject', 'token_malformed', dex.issue({ ...claims, sub: undefined })],
    ['when its subject has a space', 'token_malformed', dex.issue({ ...claims, sub: 'a b' })],
    ['when its groups are numbers', 'token_malformed', dex.issue({ ...claims, groups: [1] })],
    ['when somebody acts in it', 'token_malformed', dex.issue({ ...claims, act: { sub: gateway } })],
    ['when it is bound to a key', 'token_malformed', dex.issue({ ...claims, cnf: { jkt: 'x' } })],
  ];

  test.each(refusals)('%s', async (_title, reason, token) => {
    expect(await reasonOf(verify(token))).toBe(reason);
  });
});

describe('signatures with RS256', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwks = { keys: [{ ...publicKey.export({ format: 'jwk' }), kty: 'RSA', kid: 'r', alg: 'RS256', use: 'sig' }] };
  const settings = {
    ...strict,
    algorithm: 'RS256',
    tokenTypes: [undefined],
    // The issuer's e-mail addresses may stand for groups.
    roles: { claim: ['email'], map: { 'alice@shop.example': ['customer'] } },
  } as const;
  const rsaKeys = createSigningKeySource({ fetchKeys: async () => jwks, algorithm: 'RS256' });
  const verifier = createUserTokenVerifier(settings, rsaKeys);
  const signed = (header: object) => {
    const said = { iss: issuer, ...claims, email: 'alice@shop.example' };
    const text = [header, said].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
    return `${text}.${sign('sha256', Buffer.from(text), privateKey).toString('base64url')}`;
  };

  test('count where the settings say so', async () => {
    expect(await verifier.verify(signed({ alg: 'RS256', kid: 'r' }), { audience: gateway }, now)).toMatchObject({
      roles: ['customer'],
    });
  });

  test.each([
    ['a longer hash', { alg: 'RS512', kid: 'r' }, 'token_algorithm_not_allowed'],
    ['another padding', { alg: 'PS256', kid: 'r' }, 'token_algorithm_not_allowed'],
    ['a key that comes along', { alg: 'RS256', kid: 'r', jwk: jwks.keys[0] }, 'token_malformed'],
    ['no key id', { alg: 'RS256' }, 'token_malformed'],
    ['a key id of nobody', { alg: 'RS256', kid: 'other' }, 'token_signature_invalid'],
  ] as const)('count for nothing with %s', async (_title, header, reason) => {
    expect(await reasonOf(verifier.verify(signed(header), { audience: gateway }, now))).toBe(reason);
  });

  test('are of no use to an issuer whose keys are for ES256', async () => {
    expect(
      await reasonOf(
        createUserTokenVerifier(settings, keys).verify(signed({ alg: 'RS256', kid: 'r' }), { audience: gateway }, now),
      ),
    ).toBe('token_signature_invalid');
  });
});
