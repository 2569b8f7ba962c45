import { TokenExchangeServiceService } from '@zt/proto/identity';
import { afterEach, expect, test } from 'vitest';
import type { Authorizer } from '../authz/authorizer.ts';
import type { CallContext } from '../authz/call-context.ts';
import { createIdentitySnapshot } from '../identity/identity-snapshot.ts';
import type { MtlsListener } from '../mtls/mtls-listener.ts';
import { createTestCertificateAuthority } from '../testing/certificate-authority.ts';
import { createFixedX509Source } from '../testing/fixed-source.ts';
import { createTestTokenIssuer } from '../testing/token-issuer.ts';
import { createSecureServer } from './secure-server.ts';
import { type HttpsListener, serveHttps } from './serve-https.ts';
import { createTokenExchangeConnection, createUserTokens } from './tokens.ts';

const order = 'spiffe://zt.example/ns/shop/sa/order';
const gateway = 'spiffe://zt.example/ns/shop/sa/gateway';
const identity = 'spiffe://zt.example/ns/shop/sa/identity';
const authority = await createTestCertificateAuthority('zt.example');

async function sourceOf(spiffeId: string) {
  const svid = await authority.issueSvid({ spiffeId, dnsNames: ['localhost'] });
  return createFixedX509Source(createIdentitySnapshot(svid, [authority.bundle]));
}

const own = await sourceOf(order);
const issuer = createTestTokenIssuer(identity, 'obo+jwt');
const now = new Date();
const iat = Math.floor(now.getTime() / 1000);
const claims = { sub: 'alice', roles: [], sid: 's', scope: 'orders:read', iat, exp: iat + 30 };

let exchange: MtlsListener | undefined;
let provider: HttpsListener | undefined;

afterEach(async () => {
  await exchange?.close(0);
  await provider?.close();
  exchange = provider = undefined;
});

/** A token exchange that gives this as its keys, under the SVID of `spiffeId`, and a connection of order's to it. */
async function connectTo(jwksJson: string, spiffeId = identity) {
  const allowed = { ruleFor: () => ({ onBehalfOf: 'nobody', record: 'written' }) } as unknown as Authorizer;
  const server = createSecureServer({
    source: await sourceOf(spiffeId),
    authorizePeer: () => {},
    authorizer: allowed,
    decisions: {
      decide: async () => ({}) as CallContext,
      refuse: () => expect.fail(),
      recordHandshake: async () => {},
    },
  });
  server.serve(TokenExchangeServiceService, {
    exchangeToken: async ({ audience }) => ({ accessToken: `token for ${audience}`, expiresInSeconds: 60 }),
    getSigningKeys: async () => ({ jwksJson }),
    issueWorkloadToken: async ({ audience }) => ({ accessToken: `own token for ${audience}`, expiresInSeconds: 60 }),
    watchSessions: async function* () {},
  });
  exchange = await server.listen('127.0.0.1', 0);
  return createTokenExchangeConnection(own, `127.0.0.1:${exchange.port}`, identity);
}

const expected = { peer: gateway };
const exchanged = issuer.issue({ ...claims, aud: order, act: { sub: gateway } });

test("tokens are verified with the exchange's keys, and exchanged there", async () => {
  const connection = await connectTo(JSON.stringify(issuer.jwks));
  await expect(connection.verifierFor(order).verify(exchanged, expected, now)).resolves.toMatchObject({
    subject: 'alice',
  });
  const deadline = new Date(Date.now() + 5_000);
  const request = { subjectToken: exchanged, audience: 'payment', scopes: [], deadline, traceparent: '' };
  await expect(connection.exchange.exchange(request)).resolves.toMatchObject({ token: 'token for payment' });
  await expect(connection.workloadTokens.issue(request)).resolves.toMatchObject({ token: 'own token for payment' });
  connection.close();
});

test('identity takes its own keys from itself, and not over the network', async () => {
  const connection = createTokenExchangeConnection(own, '127.0.0.1:1', identity);
  connection.takeKeysFrom(async () => issuer.jwks);
  await expect(connection.verifierFor(order).verify(exchanged, expected, now)).resolves.toMatchObject({
    subject: 'alice',
  });
  connection.close();
});

test.each(['not json', 'null', '{}'])('keys that cannot be read (%s) are none, and end nothing', async (jwksJson) => {
  const connection = await connectTo(jwksJson);
  const verifying = connection.verifierFor(order).verify(exchanged, expected, now);
  await expect(verifying).rejects.toMatchObject({ reason: 'signing_keys_unavailable' });
  connection.close();
});

test('keys are not taken from another workload', async () => {
  const connection = await connectTo(JSON.stringify(issuer.jwks), gateway);
  const verifying = connection.verifierFor(order).verify(exchanged, expected, now);
  await expect(verifying).rejects.toMatchObject({ reason: 'signing_keys_unavailable' });
  connection.close();
}, 15_000);

test('a provider is believed only where it describes itself under its own name', async () => {
  const users = createTestTokenIssuer('', 'at+jwt');
  let declared = '';
  const source = await sourceOf(identity);
  provider = await serveHttps(
    source,
    (request, response) => {
      const metadata = { issuer: declared, jwks_uri: `${url}/keys` };
      response.end(JSON.stringify(request.url === '/keys' ? users.jwks : metadata));
    },
    { host: '127.0.0.1', port: 0 },
  );
  const url = `https://localhost:${provider.port}`;
  const token = users.issue({ ...claims, iss: url, aud: gateway });
  const verify = () => createUserTokens(own, { kind: 'own', issuer: url }, gateway).verify(token, { peer: null }, now);
  declared = 'https://elsewhere.example';
  await expect(verify()).rejects.toMatchObject({ reason: 'signing_keys_unavailable' });
  declared = url;
  await expect(verify()).resolves.toMatchObject({ subject: 'alice' });
});
