import { describe, expect, test } from 'vitest';
import { createTestTokenIssuer } from '../testing/token-issuer.ts';
import { createNoticeVerifier } from './notice.ts';
import { createSigningKeySource } from './signing-keys.ts';

const payment = 'spiffe://zt.example/ns/shop/sa/payment';
const now = new Date('2030-01-01T00:00:00Z');
const seconds = now.getTime() / 1000;
const network = createTestTokenIssuer('card-network', 'settlement+jwt', 'EdDSA');
const claims = { aud: payment, iat: seconds - 5, jti: 'notice-1', payment_id: 'p-1', amount_minor_units: 750 };
const keys = createSigningKeySource({ fetchKeys: async () => network.jwks, algorithm: 'EdDSA' });
const verifier = createNoticeVerifier({
  issuer: 'card-network',
  type: 'settlement+jwt',
  audience: payment,
  keys,
  longestAgeSeconds: 60,
});
const verify = (notice: string, at = now) => verifier.verify(notice, { peer: null }, at);

test('a notice gives what the third party said, and on behalf of nobody', async () => {
  expect(await verify(network.issue(claims))).toEqual({
    id: 'notice-1',
    subject: 'card-network',
    audience: payment,
    roles: [],
    scopes: [],
    chain: [],
    sessionId: '',
    issuedAt: new Date((seconds - 5) * 1000),
    expiresAt: new Date((seconds + 55) * 1000),
    claims: { iss: 'card-network', ...claims },
  });
});

describe('a notice is refused', () => {
  const es256 = createTestTokenIssuer('card-network', 'settlement+jwt');
  const impostor = createTestTokenIssuer('card-network', 'settlement+jwt', 'EdDSA');
  const [key] = network.jwks.keys;
  test.each([
    ['that is not one', 'token_malformed', 'no notice'],
    ['with another algorithm', 'token_algorithm_not_allowed', es256.issue(claims)],
    ['without a signature', 'token_algorithm_not_allowed', network.issue(claims, { alg: 'none' })],
    ['that is a token of another type', 'token_type_wrong', network.issue(claims, { typ: 'at+jwt' })],
    ['with a key along', 'token_malformed', network.issue(claims, { jwk: {} })],
    ['without a key id', 'token_malformed', network.issue(claims, { kid: undefined })],
    ['of a key that is not the third party’s', 'token_signature_invalid', impostor.issue(claims)],
    ['signed by another under its key id', 'token_signature_invalid', impostor.issue(claims, { kid: key?.kid })],
    ['from somebody else', 'token_issuer_wrong', network.issue({ ...claims, iss: 'other' })],
    ['for somebody else', 'token_audience_wrong', network.issue({ ...claims, aud: 'other' })],
    ['for several', 'token_audience_wrong', network.issue({ ...claims, aud: [payment] })],
    ['without an id', 'token_malformed', network.issue({ ...claims, jti: undefined })],
    ['with a very long id', 'token_malformed', network.issue({ ...claims, jti: 'x'.repeat(129) })],
    ['without a time', 'token_malformed', network.issue({ ...claims, iat: undefined })],
    ['a minute after it was signed', 'token_expired', network.issue({ ...claims, iat: seconds - 60 })],
    ['that was signed in the future', 'token_not_yet_valid', network.issue({ ...claims, iat: seconds + 6 })],
  ])('%s', async (_title, reason, notice) => {
    await expect(verify(notice)).rejects.toMatchObject({ reason });
  });

  test('at a time that is none', async () => {
    await expect(verify(network.issue(claims), new Date(Number.NaN))).rejects.toMatchObject({
      reason: 'token_expired',
    });
  });
});

test('keys for another algorithm do not count', async () => {
  const es256 = createTestTokenIssuer('card-network', 'settlement+jwt');
  const source = createSigningKeySource({ fetchKeys: async () => es256.jwks, algorithm: 'EdDSA' });
  await expect(source.keyFor('any')).rejects.toMatchObject({ reason: 'signing_keys_unavailable' });
});
