import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { ForeignUserIssuer, IssuerAuthorities } from '../delegation/user-issuer.ts';
import { createIdentitySnapshot } from '../identity/identity-snapshot.ts';
import { pemOfX509Svid } from '../identity/x509-svid.ts';
import { createTestCertificateAuthority } from '../testing/certificate-authority.ts';
import { createFixedX509Source } from '../testing/fixed-source.ts';
import { createIssuerClient } from './issuer-client.ts';

const home = await createTestCertificateAuthority('zt.example');
const elsewhere = await createTestCertificateAuthority('login.example');
const gateway = await home.issueSvid({ spiffeId: 'spiffe://zt.example/ns/shop/sa/gateway' });
const source = createFixedX509Source(createIdentitySnapshot(gateway, [home.bundle]));
const authorityOfElsewhere = { pem: elsewhere.bundle.x509Authorities.map((each) => each.toString()).join('') };

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** An issuer under a certificate of an authority of its own; gives its URL. */
async function serve(answer: (url: string) => Readonly<Record<string, unknown>>, more?: RequestListener) {
  const svid = await elsewhere.issueSvid({ spiffeId: 'spiffe://login.example/dex', dnsNames: ['localhost'] });
  server = createServer(pemOfX509Svid(svid), (request, response) => {
    if (request.url !== '/dex/.well-known/openid-configuration') return more?.(request, response);
    response.end(JSON.stringify(answer(issuer)));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `https://localhost:${(server.address() as AddressInfo).port}/dex`;
  return issuer;
}

const clientOf = (issuer: string, authorities: IssuerAuthorities = authorityOfElsewhere) =>
  createIssuerClient(source, { kind: 'foreign', issuer, authorities } as ForeignUserIssuer);

test('keys are fetched from where the issuer says, under the authority that its settings name', async () => {
  const issuer = await serve(
    (url) => ({ issuer: url, jwks_uri: `${url}/keys` }),
    (request, response) => void response.end(JSON.stringify({ keys: [], path: request.url })),
  );
  await expect(clientOf(issuer).fetchKeys()).resolves.toEqual({ keys: [], path: '/dex/keys' });
});

test.each(['own-trust-domain', 'system'] as const)(
  'with the authorities of %s it is not believed',
  async (authorities) => {
    const issuer = await serve((url) => ({ issuer: url, jwks_uri: `${url}/keys` }));
    await expect(clientOf(issuer, authorities).fetchKeys()).rejects.toThrow(/certificate/);
  },
);

test.each<[string, (url: string) => Readonly<Record<string, unknown>>]>([
  ['of another issuer', () => ({ issuer: 'https://elsewhere.example', jwks_uri: 'https://localhost:1' })],
  ['without the endpoint', (url) => ({ issuer: url })],
  ['with an endpoint in plain HTTP', (url) => ({ issuer: url, jwks_uri: 'http://localhost:1/keys' })],
])('a description %s is none', async (_which, answer) => {
  await expect(clientOf(await serve(answer)).fetchKeys()).rejects.toThrow();
});

test('a form is posted, and another status than 200 is told', async () => {
  const asked: string[] = [];
  const issuer = await serve(
    (url) => ({ issuer: url, introspection_endpoint: `${url}/introspect` }),
    (request, response) => {
      request.on('data', (chunk: Buffer) => asked.push(`${request.method} ${chunk.toString()}`));
      request.on('end', () => response.writeHead(asked.length === 1 ? 200 : 401).end('{"active":true}'));
    },
  );
  const client = clientOf(issuer);
  const ask = () => client.ask('introspection_endpoint', { form: { token: 'a b' } });
  await expect(ask()).resolves.toEqual({ active: true });
  await expect(ask()).rejects.toMatchObject({ status: 401 });
  expect(asked).toEqual(['POST token=a+b', 'POST token=a+b']);
});
