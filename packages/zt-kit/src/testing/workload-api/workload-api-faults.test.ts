import { connect } from 'node:http2';
import { createConnection } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { status } from '@grpc/grpc-js';
import { type SpiffeWorkloadAPIClient, X509SVIDResponse } from '@zt/proto/workload-api';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { X509Svid } from '../../identity/x509-svid.ts';
import { createWorkloadApiClient, workloadMetadata } from '../../workload-api/workload-api-client.ts';
import { parseX509Context } from '../../workload-api/x509-context.ts';
import { startTestServer, type TestServer } from './start-test-server.ts';
import { recordStream, type StreamRecorder } from './stream-recorder.ts';
import { fetchJwtSvids } from './unary-calls.ts';

const order = 'spiffe://zt.example/ns/shop/sa/order';
const payment = 'spiffe://zt.example/ns/shop/sa/payment';
/** Longer than anything takes that is to come at once. */
const quietMs = 200;
const patient = { timeout: 10_000 };

let server: TestServer;
let orderSocket: string;
let client: SpiffeWorkloadAPIClient;
let other: SpiffeWorkloadAPIClient;

beforeEach(async () => {
  server = await startTestServer();
  const socket = await server.api.register('order', [{ spiffeId: order }]);
  orderSocket = socket.slice('unix://'.length);
  client = createWorkloadApiClient(socket);
  other = createWorkloadApiClient(await server.api.register('payment', [{ spiffeId: payment }]));
});

afterEach(async () => {
  client.close();
  other.close();
  await server.close();
});

type Stream = StreamRecorder<X509SVIDResponse>;

const open = (of = client): Stream => recordStream(of.fetchX509Svid({}, workloadMetadata()));
const svidOf = (message: X509SVIDResponse | undefined): X509Svid =>
  parseX509Context(message ?? expect.fail('nothing came')).svid;
const length = (stream: StreamRecorder<unknown>, messages: number): Promise<boolean> =>
  vi.waitUntil(() => stream.messages.length === messages, patient);
const ended = (stream: StreamRecorder<unknown>): Promise<boolean> =>
  vi.waitUntil(() => stream.outcome !== null, patient);

test('a forced rotation reaches who listens, of one workload or of all', async () => {
  const streams = [open(), open(other)] as const;
  await Promise.all(streams.map((stream) => length(stream, 1)));
  await server.api.rotate('order');
  await length(streams[0], 2);
  await server.api.rotate();
  await Promise.all([length(streams[0], 3), length(streams[1], 2)]);
  const serials = streams.flatMap(({ messages }) => messages.map((message) => svidOf(message).serialNumber));
  expect(new Set(serials).size).toBe(5);
});

test('a short-lived SVID ends without a successor, until it is mended', async () => {
  const stream = open();
  await length(stream, 1);
  await server.api.issueShortLived('order', 1);
  await length(stream, 2);
  const { notAfter } = svidOf(stream.messages[1]);
  expect(notAfter.getTime() - Date.now()).toBeLessThanOrEqual(1_000);
  await delay(1_200);
  expect(stream.messages.length).toBe(2);
  await server.api.mend('order');
  await length(stream, 3);
  expect(svidOf(stream.messages[2]).notAfter.getTime()).toBeGreaterThan(Date.now() + 60_000);
});

test('mending leaves a good SVID alone', async () => {
  const stream = open();
  await length(stream, 1);
  await server.api.mend();
  await delay(quietMs);
  expect(stream.messages.length).toBe(1);
});

test('a workload that is withdrawn loses its streams, nobody else does, and a registration brings it back', async () => {
  const streams = [
    open(),
    recordStream(client.fetchX509Bundles({}, workloadMetadata())),
    recordStream(client.fetchJwtBundles({}, workloadMetadata())),
  ];
  const untouched = open(other);
  await Promise.all([...streams, untouched].map((stream) => length(stream, 1)));
  server.api.withdraw('order');
  await Promise.all(streams.map(ended));
  const denied = { code: status.PERMISSION_DENIED, details: 'no identity issued' };
  for (const { outcome } of streams) expect(outcome).toMatchObject(denied);
  await expect(fetchJwtSvids(client)).rejects.toMatchObject(denied);
  await server.api.rotate('order');
  const refused = open();
  await ended(refused);
  expect(refused).toMatchObject({ messages: [], outcome: denied });
  expect(untouched).toMatchObject({ outcome: null, messages: { length: 1 } });

  await server.api.register('order', [{ spiffeId: order }]);
  const again = open();
  await length(again, 1);
  await expect(fetchJwtSvids(client)).resolves.toBeDefined();
});

test('a tainted root costs who holds an SVID of it the stream, and who comes back gets one of the new root', async () => {
  const stream = open();
  await length(stream, 1);
  await server.authority.prepare();
  await server.authority.activate();
  await length(stream, 2);
  expect(svidOf(stream.messages[1]).serialNumber).toBe(svidOf(stream.messages[0]).serialNumber);
  await server.authority.taint();
  await ended(stream);
  expect(stream.outcome).toMatchObject({ code: status.PERMISSION_DENIED });
  const next = await vi.waitUntil(async () => {
    const tried = open();
    await vi.waitUntil(() => tried.messages.length === 1 || tried.outcome !== null, patient);
    return tried.messages[0];
  }, patient);
  const { certificates } = svidOf(next);
  const [newRoot, oldRoot] = server.authority.bundle().x509Authorities;
  expect(certificates[0]?.verify(newRoot?.publicKey ?? expect.fail('no root'))).toBe(true);
  expect(certificates[0]?.verify(oldRoot?.publicKey ?? expect.fail('no old root'))).toBe(false);
});

test('a server that hangs takes connections and says nothing, and says it all once it is mended', async () => {
  const before = open();
  await length(before, 1);
  server.api.hang('order');
  await Promise.all([server.api.rotate('order'), server.api.rotate('order')]);
  const after = open();
  const answer = vi.fn();
  const asking = fetchJwtSvids(client).then(answer);
  await expect(fetchJwtSvids(other)).resolves.toBeDefined();
  await delay(quietMs);
  expect([before.messages.length, before.outcome, after.messages.length, after.outcome]).toEqual([1, null, 0, null]);
  expect(answer).not.toHaveBeenCalled();
  await server.api.mend('order');
  await Promise.all([length(before, 2), length(after, 1), asking]);
  expect(svidOf(before.messages[1]).serialNumber).toBe(svidOf(after.messages[0]).serialNumber);
});

test('half a message cannot be read, on streams and elsewhere, and is the last of its stream', async () => {
  const before = open();
  const bundles = recordStream(client.fetchX509Bundles({}, workloadMetadata()));
  const keys = recordStream(client.fetchJwtBundles({}, workloadMetadata()));
  await Promise.all([before, bundles, keys].map((stream) => length(stream, 1)));
  server.api.halfAMessage('order');
  const after = open();
  await Promise.all([before, bundles, keys, after].map(ended));
  const unreadable = { code: status.INTERNAL, details: expect.stringContaining('parsing error') };
  for (const { outcome } of [before, bundles, keys, after]) expect(outcome).toMatchObject(unreadable);
  expect([before.messages.length, after.messages.length]).toEqual([1, 0]);
  await expect(fetchJwtSvids(client)).rejects.toMatchObject(unreadable);
  await expect(fetchJwtSvids(other)).resolves.toBeDefined();
  await server.api.mend();
  await expect(fetchJwtSvids(client)).resolves.toBeDefined();
  await length(open(), 1);
});

test('after half a message the server ends the stream, and not in the middle of what gRPC frames', async () => {
  server.api.halfAMessage('order');
  const session = connect('http://localhost', { createConnection: () => createConnection(orderSocket) });
  const request = session.request({
    ':method': 'POST',
    ':path': '/SpiffeWorkloadAPI/FetchX509SVID',
    'content-type': 'application/grpc',
    te: 'trailers',
    'workload.spiffe.io': 'true',
  });
  request.end(Buffer.alloc(5));
  const frame = Buffer.concat(await request.toArray());
  expect(frame.readUInt32BE(1)).toBe(frame.length - 5);
  expect(() => X509SVIDResponse.decode(frame.subarray(5))).toThrow('premature EOF');
  session.destroy();
});

test('slow answers come late, and come', async () => {
  server.api.answerSlowly(2 * quietMs, 'order');
  const stream = open();
  const answer = vi.fn();
  const asking = fetchJwtSvids(client).then(answer);
  await expect(fetchJwtSvids(other)).resolves.toBeDefined();
  await delay(quietMs);
  expect([stream.messages.length, answer.mock.calls.length]).toEqual([0, 0]);
  await Promise.all([length(stream, 1), asking]);
  server.api.answerSlowly(3_600_000, 'order');
  await server.api.mend('order');
  await expect(fetchJwtSvids(client)).resolves.toBeDefined();
});

test('a server that is stopped breaks what is open and is not there, and serves again once it is started', async () => {
  const stream = open();
  await length(stream, 1);
  await server.api.stop();
  await server.api.stop();
  await ended(stream);
  expect(stream.outcome).toMatchObject({ code: status.UNAVAILABLE });
  await expect(fetchJwtSvids(client)).rejects.toMatchObject({ code: status.UNAVAILABLE });
  const late = createWorkloadApiClient(await server.api.register('late', [{ spiffeId: order }]));
  await expect(fetchJwtSvids(late)).rejects.toMatchObject({ code: status.UNAVAILABLE });
  await Promise.all([server.api.start(), server.api.start()]);
  await vi.waitFor(() => fetchJwtSvids(client), patient);
  await vi.waitFor(() => fetchJwtSvids(late), patient);
  late.close();
});

test('a server that is stopped while it starts is not there', async () => {
  await server.api.stop();
  await Promise.all([server.api.start(), server.api.stop()]);
  await expect(fetchJwtSvids(client)).rejects.toMatchObject({ code: status.UNAVAILABLE });
});

test('a fault for a workload that nobody registered is an error', async () => {
  expect(() => server.api.hang('nobody')).toThrow('nobody is registered as nobody');
  expect(() => server.api.withdraw('nobody')).toThrow('nobody is registered as nobody');
  await expect(server.api.rotate('nobody')).rejects.toThrow('nobody is registered as nobody');
});
