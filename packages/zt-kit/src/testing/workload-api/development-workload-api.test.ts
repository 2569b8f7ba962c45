import { Metadata, type ServiceError, status } from '@grpc/grpc-js';
import type { SpiffeWorkloadAPIClient } from '@zt/proto/workload-api';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { derCertificates } from '../../identity/der-certificates.ts';
import { createWorkloadApiClient, workloadMetadata } from '../../workload-api/workload-api-client.ts';
import { parseX509Context } from '../../workload-api/x509-context.ts';
import { createDevelopmentAuthority } from './development-authority.ts';
import { startTestServer, type TestServer } from './start-test-server.ts';
import { recordStream, type StreamRecorder } from './stream-recorder.ts';
import { fetchJwtSvids, validateJwtSvid } from './unary-calls.ts';

const order = 'spiffe://zt.example/ns/shop/sa/order';
const payment = 'spiffe://zt.example/ns/shop/sa/payment';
const patient = { timeout: 10_000 };
const noIdentity = { code: status.PERMISSION_DENIED, details: 'no identity issued' };

let server: TestServer;
const clients: SpiffeWorkloadAPIClient[] = [];

beforeEach(async () => {
  server = await startTestServer();
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await server.close();
});

function clientOf(socket: string): SpiffeWorkloadAPIClient {
  const client = createWorkloadApiClient(socket);
  clients.push(client);
  return client;
}

async function orderClient(): Promise<SpiffeWorkloadAPIClient> {
  return clientOf(await server.api.register('order', [{ spiffeId: order }]));
}

/** The three streams, opened with this metadata. */
function streamsOf(client: SpiffeWorkloadAPIClient, metadata = workloadMetadata()): StreamRecorder<unknown>[] {
  return [
    recordStream(client.fetchX509Svid({}, metadata)),
    recordStream(client.fetchX509Bundles({}, metadata)),
    recordStream(client.fetchJwtBundles({}, metadata)),
  ];
}

const length = (recorder: StreamRecorder<unknown>, messages: number): Promise<boolean> =>
  vi.waitUntil(() => recorder.messages.length === messages, patient);

describe('X.509-SVIDs', () => {
  test('come with their keys, hints and bundles, in the order of the registration, and without lists of the revoked', async () => {
    const socket = await server.api.register('both', [
      { spiffeId: payment, hint: 'external', dnsNames: ['pay.example'] },
      { spiffeId: order, hint: 'internal' },
    ]);
    const stream = recordStream(clientOf(socket).fetchX509Svid({}, workloadMetadata()));
    await length(stream, 1);
    const message = stream.messages[0] ?? expect.fail('nothing came');
    expect(message.svids.map(({ spiffeId, hint }) => [spiffeId, hint])).toEqual([
      [payment, 'external'],
      [order, 'internal'],
    ]);
    expect(message).toMatchObject({ crl: [], federatedBundles: {} });
    expect(parseX509Context(message).svid).toMatchObject({ spiffeId: { uri: payment }, hint: 'external' });
    expect(parseX509Context(message, order).svid.spiffeId.uri).toBe(order);
    expect(stream.outcome).toBeNull();
  });

  test('are issued anew at half of their life, to everyone who listens', async () => {
    const socket = await server.api.register('order', [{ spiffeId: order, ttlSeconds: 3 }]);
    const streams = [1, 2].map(() => recordStream(clientOf(socket).fetchX509Svid({}, workloadMetadata())));
    await Promise.all(streams.map((stream) => vi.waitUntil(() => stream.messages.length >= 2, patient)));
    const [first, second] = streams.map(({ messages }) => messages.map((message) => parseX509Context(message).svid));
    expect(first?.[1]?.serialNumber).not.toBe(first?.[0]?.serialNumber);
    expect(second?.[1]?.serialNumber).toBe(first?.[1]?.serialNumber);
    const [old, next] = first ?? [];
    // A certificate begins ten seconds before it is issued.
    expect((next?.notBefore.getTime() ?? 0) + 10_000).toBeLessThan(old?.notAfter.getTime() ?? 0);
  });

  test('of a registration that changes are replaced, on the same socket', async () => {
    const stream = recordStream((await orderClient()).fetchX509Svid({}, workloadMetadata()));
    await length(stream, 1);
    await server.api.register('order', [{ spiffeId: payment }]);
    await length(stream, 2);
    expect(stream.messages[1]?.svids.map(({ spiffeId }) => spiffeId)).toEqual([payment]);
  });
});

describe('bundles', () => {
  test('of a federated trust domain come and go on every stream that has bundles', async () => {
    const partner = await createDevelopmentAuthority({ trustDomain: 'partner.example', svidTtlSeconds: 60 });
    const client = await orderClient();
    const svids = recordStream(client.fetchX509Svid({}, workloadMetadata()));
    const x509 = recordStream(client.fetchX509Bundles({}, workloadMetadata()));
    const jwt = recordStream(client.fetchJwtBundles({}, workloadMetadata()));
    await Promise.all([length(svids, 1), length(x509, 1), length(jwt, 1)]);
    server.authority.federate(partner.bundle());
    await Promise.all([length(svids, 2), length(x509, 2), length(jwt, 2)]);
    server.authority.endFederation('partner.example');
    await Promise.all([length(svids, 3), length(x509, 3), length(jwt, 3)]);

    const [home, both] = [['spiffe://zt.example'], ['spiffe://zt.example', 'spiffe://partner.example']];
    const federated = svids.messages.map(({ federatedBundles }) => Object.keys(federatedBundles));
    expect(federated).toEqual([[], ['spiffe://partner.example'], []]);
    expect(x509.messages.map(({ bundles }) => Object.keys(bundles))).toEqual([home, both, home]);
    expect(jwt.messages.map(({ bundles }) => Object.keys(bundles))).toEqual([home, both, home]);
    expect(x509.messages[1]?.bundles['spiffe://partner.example']).toEqual(
      partner.bundle().x509Authorities[0]?.raw ?? expect.fail('the partner has no root'),
    );
  });

  test('have both roots while the authority is rolled', async () => {
    const stream = recordStream((await orderClient()).fetchX509Bundles({}, workloadMetadata()));
    await length(stream, 1);
    await server.authority.prepare();
    await length(stream, 2);
    for (const step of ['activate', 'taint', 'revoke'] as const) await server.authority[step]();
    await length(stream, 3);
    const roots = stream.messages.map(({ bundles }) =>
      derCertificates(bundles['spiffe://zt.example'] ?? expect.fail('no bundle of our own')),
    );
    expect(roots.map((certificates) => certificates.length)).toEqual([1, 2, 1]);
    expect(roots[1]).toEqual([roots[0]?.[0], roots[2]?.[0]]);
  });

  test('for JWT-SVIDs are key sets that a common library verifies with', async () => {
    const client = await orderClient();
    const stream = recordStream(client.fetchJwtBundles({}, workloadMetadata()));
    await length(stream, 1);
    const { svids } = await fetchJwtSvids(client, ['vault']);
    const keys = JSON.parse(String(stream.messages[0]?.bundles['spiffe://zt.example']));
    const verified = await jwtVerify(svids[0]?.svid ?? '', createLocalJWKSet(keys), { audience: 'vault' });
    expect(verified.payload.sub).toBe(order);
  });
});

describe('who is not known', () => {
  test('gets nothing of any method, and is written down', async () => {
    const client = clientOf(server.api.strangerSocket);
    const streams = streamsOf(client);
    await vi.waitUntil(() => streams.every(({ outcome }) => outcome !== null), patient);
    for (const stream of streams) expect(stream).toMatchObject({ messages: [], outcome: noIdentity });
    await expect(fetchJwtSvids(client, ['vault'])).rejects.toMatchObject(noIdentity);
    const token = await server.authority.issueJwtSvid(order, ['vault']);
    await expect(validateJwtSvid(client, 'vault', token)).rejects.toMatchObject(noIdentity);
    const lines = server.log.filter(({ msg }) => msg === 'No identity issued');
    expect(lines.map(({ level, workload, method }) => [level, workload, method])).toEqual(
      ['FetchX509SVID', 'FetchX509Bundles', 'FetchJWTBundles', 'FetchJWTSVID', 'ValidateJWTSVID'].map((method) => [
        'error',
        'stranger',
        method,
      ]),
    );
  });

  test.each([[[]], [['false']], [['true', 'true']]])(
    'a request with the header values %j is refused before it is looked at',
    async (values) => {
      const client = await orderClient();
      const metadata = new Metadata();
      for (const value of values) metadata.add('workload.spiffe.io', value);
      const outcomes: unknown[] = [];
      const note = (error: ServiceError | null) => outcomes.push(error);
      client.fetchJwtsvid({ audience: ['vault'], spiffeId: '' }, metadata, note);
      client.validateJwtsvid({ audience: 'vault', svid: 'a.b.c' }, metadata, note);
      const streams = streamsOf(client, metadata);
      await vi.waitUntil(() => outcomes.length === 2 && streams.every(({ outcome }) => outcome !== null), patient);
      const refused = { code: status.INVALID_ARGUMENT, details: 'security header missing from request' };
      for (const outcome of outcomes) expect(outcome).toMatchObject(refused);
      for (const stream of streams) expect(stream).toMatchObject({ messages: [], outcome: refused });
    },
  );
});

test('it says what it is, once', () => {
  expect(server.log.map(({ msg }) => msg)).toEqual([
    'Development Workload API: for development and tests only, this is no SPIRE',
  ]);
});

test.each([
  ['a name that is a path', '../order', [{ spiffeId: order }], 'name'],
  ['the name of strangers', 'stranger', [{ spiffeId: order }], 'name'],
  ['nobody to be', 'order', [], 'with an identity'],
  ['an id of another trust domain', 'order', [{ spiffeId: 'spiffe://partner.example/a' }], 'no workload of'],
  [
    'one hint twice',
    'order',
    [
      { spiffeId: order, hint: 'a' },
      { spiffeId: payment, hint: 'a' },
    ],
    'the same hint',
  ],
  ['a hint that is too long', 'order', [{ spiffeId: order, hint: 'ä'.repeat(513) }], '1024 bytes'],
])('nobody is registered with %s', async (_what, workload, identities, message) => {
  await expect(server.api.register(workload, identities)).rejects.toThrow(message);
});
