import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect as connectTcp, createServer as createTcpServer } from 'node:net';
import { Metadata, status } from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bindSubjectToken } from '../authz/call-context.ts';
import { derCertificates } from '../identity/der-certificates.ts';
import { createIdentitySnapshot } from '../identity/identity-snapshot.ts';
import type { X509Source } from '../identity/x509-source.ts';
import { createMtlsChannelCredentials } from '../mtls/channel-credentials.ts';
import { authorizeSpiffeIds } from '../mtls/peer-authorizer.ts';
import { createTestCallContext } from '../testing/call-context.ts';
import {
  createTestCertificateAuthority,
  type IssuedLeaf,
  type LeafOptions,
  type TestCertificateAuthority,
} from '../testing/certificate-authority.ts';
import { type Eavesdropper, type EavesdropperOptions, startEavesdropper } from '../testing/eavesdropper.ts';
import {
  callEcho,
  type EchoServer,
  gateway,
  inventory,
  kinds,
  openEchoClient,
  order,
  startEchoServer,
} from '../testing/echo-server.ts';
import { EchoService } from '../testing/echo-service.ts';
import { createFixedX509Source } from '../testing/fixed-source.ts';
import { createSecureClient } from './secure-client.ts';

let echo: EchoServer;
let partner: TestCertificateAuthority;
let source: X509Source;

beforeAll(async () => {
  echo = await startEchoServer();
  partner = await createTestCertificateAuthority('partner.example');
  const svid = await echo.authority.issueSvid({ spiffeId: gateway });
  source = createFixedX509Source(createIdentitySnapshot(svid, [echo.authority.bundle, partner.bundle]));
});

afterAll(() => echo.close());

/** A false server for as long as the work takes. */
async function withEar<Result>(
  options: EavesdropperOptions,
  work: (ear: Eavesdropper) => Promise<Result>,
): Promise<Result> {
  const ear = await startEavesdropper(options);
  return await work(ear).finally(() => ear.close());
}

/** Calls with the client that services use, and in each way that there is, and says that all went without a word. */
async function saysNothingTo(ear: Eavesdropper, why: RegExp): Promise<void> {
  const [ofService, ofEachKind] = await Promise.all([
    callOrderAt(ear.address).catch((error: unknown) => error),
    callInEveryWay(ear.address),
  ]);
  expect(ofService).toMatchObject({ code: status.UNAVAILABLE, message: expect.stringMatching(why) });
  expect(ofEachKind).toEqual(unavailable);
  await ear.left(1 + kinds.length);
  expect(ear.heard()).toHaveLength(0);
}

function pem({ chainDer, keyDer }: IssuedLeaf): { readonly cert: string; readonly key: string } {
  const key = `-----BEGIN PRIVATE KEY-----\n${keyDer.toString('base64')}\n-----END PRIVATE KEY-----\n`;
  return {
    cert: derCertificates(chainDer)
      .map((der) => new X509Certificate(der).toString())
      .join(''),
    key,
  };
}

const home = (options: Partial<LeafOptions>) => async () => await echo.authority.issue({ spiffeId: order, ...options });
const minutesFromNow = (minutes: number): Date => new Date(Date.now() + minutes * 60_000);

/** Calls order at this address with the client that services use, and says how that ended. */
async function callOrderAt(address: string): Promise<unknown> {
  const client = createSecureClient(EchoService, {
    address,
    credentials: createMtlsChannelCredentials(source, authorizeSpiffeIds(order)),
    audience: order,
    exchange: { exchange: async () => ({ token: await echo.token(), expiresAt: minutesFromNow(1) }) },
    workloadTokens: null,
    scopesOf: () => ['echo:write'],
    ownScopesOf: () => null,
  });
  const context = createTestCallContext('alice', { peer: null });
  bindSubjectToken(context, "alice's token at gateway");
  return await client.unary({ text: 'my order' }, context).finally(() => client.close());
}

/** Makes a call of each kind, with a token, each over a connection of its own, and gives the codes with which they ended. */
async function callInEveryWay(address: string, server: string = order): Promise<unknown[]> {
  const calls = kinds.map(async (kind) => {
    const client = openEchoClient(source, address, server);
    const metadata = new Metadata();
    metadata.set('authorization', `Bearer ${await echo.token()}`);
    const ended = await callEcho(client, kind, metadata, { text: 'my order' }).catch(({ code }) => code);
    client.close();
    return ended;
  });
  return await Promise.all(calls);
}

/** How many calls have come to where they were decided, and how many of them were let in. */
async function askedOfEcho(): Promise<{ readonly decided: number; readonly runs: number }> {
  const decided = (await echo.records()).filter(({ kind }) => kind === 'call').length;
  return { decided, runs: echo.runs() };
}

const unavailable = kinds.map(() => status.UNAVAILABLE);

const refused: readonly [string, () => Promise<IssuedLeaf>, RegExp][] = [
  ['with the good SVID of another workload', home({ spiffeId: inventory }), /inventory is not a peer/],
  [
    'with the right name in a foreign trust domain that is trusted for itself',
    () => partner.issue({ spiffeId: 'spiffe://partner.example/ns/shop/sa/order' }),
    /partner\.example\S* is not a peer/,
  ],
  [
    'with the right name in a trust domain that nobody knows',
    async () =>
      (await createTestCertificateAuthority('evil.example')).issue({ spiffeId: 'spiffe://evil.example/order' }),
    /no bundle for the trust domain/,
  ],
  [
    'with the right ID under an authority that it made itself',
    async () => (await createTestCertificateAuthority('zt.example')).issue({ spiffeId: order }),
    /no authority of its own trust domain/,
  ],
  [
    'with the right ID under the authority of a foreign trust domain',
    () => partner.issue({ spiffeId: order }),
    /no authority of its own trust domain/,
  ],
  [
    'with the right ID under an authority that may sign nothing',
    async () => (await echo.authority.intermediate({ authority: false })).issue({ spiffeId: order }),
    /no authority of its own trust domain|TLS says/,
  ],
  ['whose SVID has expired', home({ notBefore: minutesFromNow(-9), notAfter: minutesFromNow(-1) }), /ended its life/],
  ['whose SVID is not valid yet', home({ notBefore: minutesFromNow(5) }), /not valid yet/],
  ['with the right ID and another beside it', home({ uris: [order, inventory] }), /./],
  ['with the right name as a DNS name only', home({ uris: [], dnsNames: ['order', 'localhost'] }), /./],
  ['whose leaf is an authority', home({ authority: true }), /./],
];

// Side by side: gRPC takes most of a second to give a server up.
test.concurrent.each(refused)('a server %s gets no token and no byte of a request', async (_server, leaf, why) => {
  await withEar({ certificate: pem(await leaf()) }, (ear) => saysNothingTo(ear, why));
});

test('what would be read is read: a server with the SVID of the service that is called hears the call', async () => {
  await withEar({ certificate: pem(await home({})()) }, async (ear) => {
    const called = callInEveryWay(ear.address);
    while (ear.heard().length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(ear.heard().toString('latin1')).toMatch(/^PRI \* HTTP\/2\.0/);
    await ear.close();
    await called;
  });
});

test('a relay in the middle with a good SVID of its own has nothing to pass on, to either side', async () => {
  const passOnTo = { address: echo.address, identity: await echo.snapshotOf(inventory) };
  const certificate = pem(await home({ spiffeId: inventory })());
  const before = await askedOfEcho();
  await withEar({ certificate, passOnTo }, (ear) => saysNothingTo(ear, /inventory is not a peer/));
  expect(await askedOfEcho()).toEqual(before);
});

test('a relay in the middle that passes everything on reads neither token nor request nor who calls', async () => {
  const wire: Buffer[] = [];
  const [host = '', port] = echo.address.split(':');
  const relay = createTcpServer((socket) => {
    const upstream = connectTcp(Number(port), host);
    for (const each of [socket, upstream]) each.on('error', () => {}).on('data', (bytes) => wire.push(bytes));
    socket.pipe(upstream).pipe(socket);
  });
  relay.listen(0, '127.0.0.1');
  await once(relay, 'listening');
  const address = `127.0.0.1:${(relay.address() as AddressInfo).port}`;
  await expect(callOrderAt(address)).resolves.toMatchObject({ text: 'my order' });
  const seen = Buffer.concat(wire).toString('latin1');
  expect(seen.length).toBeGreaterThan(1_000);
  for (const secret of ['spiffe://', 'my order', 'PRI * HTTP/2.0', 'Bearer']) expect(seen).not.toContain(secret);
  relay.close();
});

test('a name or an address that leads to another service leads nowhere, and that service is asked nothing', async () => {
  const port = echo.address.split(':')[1];
  const before = await askedOfEcho();
  for (const address of [echo.address, `localhost:${port}`]) {
    expect(await callInEveryWay(address, inventory)).toEqual(unavailable);
  }
  expect(await askedOfEcho()).toEqual(before);
});
