import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createIdentitySnapshot, ownAuthorities } from '../identity/identity-snapshot.ts';
import { pemOfX509Svid } from '../identity/x509-svid.ts';
import { createTestCertificateAuthority } from '../testing/certificate-authority.ts';
import { createFixedX509Source } from '../testing/fixed-source.ts';
import { requestJson } from './request-json.ts';

const gateway = 'spiffe://zt.example/ns/shop/sa/gateway';
const identity = 'spiffe://zt.example/ns/shop/sa/identity';
const home = await createTestCertificateAuthority('zt.example');
const partner = await createTestCertificateAuthority('partner.example');
const source = createFixedX509Source(
  createIdentitySnapshot(await home.issueSvid({ spiffeId: gateway }), [home.bundle, partner.bundle]),
);

let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function serve(listener: RequestListener, authority = home, dnsName = 'localhost'): Promise<string> {
  const spiffeId = authority === home ? identity : 'spiffe://partner.example/identity';
  const svid = pemOfX509Svid(await authority.issueSvid({ spiffeId, dnsNames: [dnsName] }));
  server = createServer(svid, listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `https://localhost:${(server.address() as AddressInfo).port}/keys`;
}

/** As from a server of the own trust domain. */
async function fetchJson(from: typeof source, url: string, timeoutMs = 5_000): Promise<unknown> {
  return await requestJson(url, { authorities: ownAuthorities(from.current()).map(String), timeoutMs });
}

const answer: RequestListener = (_request, response) => void response.end('{"keys":[]}');

test('JSON of a server of the own trust domain is fetched', async () => {
  await expect(fetchJson(source, await serve(answer))).resolves.toEqual({ keys: [] });
});

test("a federated authority's certificate for the same DNS name is not taken", async () => {
  await expect(fetchJson(source, await serve(answer, partner))).rejects.toThrow();
});

test('a certificate for another DNS name is not taken', async () => {
  await expect(fetchJson(source, await serve(answer, home, 'elsewhere'))).rejects.toMatchObject({
    code: 'ERR_TLS_CERT_ALTNAME_INVALID',
  });
});

test('an answer that is too long is not read to its end', async () => {
  const url = await serve((_request, response) => {
    const more = (): void => void (response.destroyed || response.write('x'.repeat(64 * 1024), more));
    more();
  });
  await expect(fetchJson(source, url)).rejects.toThrow('more than');
});

test('a server that does not answer in time is given up, and so is one that stops in the middle', async () => {
  await expect(fetchJson(source, await serve(() => {}), 100)).rejects.toThrow();
  const stuck = await serve((_request, response) => void response.write('{'));
  await expect(fetchJson(source, stuck, 300)).rejects.toThrow();
});

test.each<[string, RequestListener, string]>([
  ['another status', (_request, response) => void response.writeHead(404).end('{}'), '404'],
  ['a redirect', (_request, response) => void response.writeHead(302, { location: '/keys2' }).end(), '302'],
  ['no JSON', (_request, response) => void response.end('<html>'), 'JSON'],
])('%s is no answer', async (_what, listener, message) => {
  await expect(fetchJson(source, await serve(listener))).rejects.toThrow(message);
});

test('plain HTTP is not spoken', async () => {
  await expect(fetchJson(source, 'http://localhost:1/keys')).rejects.toThrow('Protocol');
});

test('without an identity nothing is fetched', async () => {
  await expect(fetchJson(createFixedX509Source(null), 'https://localhost:1')).rejects.toMatchObject({
    reason: 'identity_unavailable',
  });
});
