import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import { status } from '@grpc/grpc-js';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { type AbusedEcho, startAbusedEcho, stream } from '../testing/abused-echo.ts';
import { callEcho, gateway } from '../testing/echo-server.ts';
import { EchoService } from '../testing/echo-service.ts';
import { flag, frame, frameType, grpcMessage, openRawPeer, setting } from '../testing/raw-http2.ts';
import type { ServerLimits } from './secure-server.ts';

const { unary, serverStream } = EchoService;
const usual = frame(frameType.settings);

let abused: AbusedEcho;

async function start(limits?: Partial<ServerLimits>): Promise<void> {
  abused = await startAbusedEcho(limits);
}

beforeEach(() => {
  vi.setConfig({ testTimeout: 20_000 });
});

afterEach(() => abused.close());

/** The one message of a request, and that nothing comes after it. */
const lastMessage = (body: Buffer): Buffer =>
  frame(frameType.data, { flags: flag.endStream, stream, payload: grpcMessage(body) });

const isConnected = (socket: TLSSocket): boolean =>
  abused.echo.listener.peerOf(`127.0.0.1:${socket.localPort}`) !== undefined;

test('a message that is announced to be too long is refused before it comes', async () => {
  await start();
  const { echo } = abused;
  const identity = await echo.snapshotOf(gateway);
  const socket = await openRawPeer({ port: echo.listener.port, identity, deaf: true });
  const session = connectHttp2(`https://${echo.address}`, { createConnection: () => socket });
  session.on('error', () => {});
  onTestFinished(() => session.destroy());
  const headers = { ':method': 'POST', ':path': unary.path, 'content-type': 'application/grpc', te: 'trailers' };
  const call = session.request(headers).on('error', () => {});
  const announced = Buffer.alloc(5);
  announced.writeUInt32BE(600_000, 1);
  call.write(announced);
  const [answer] = (await once(call, 'response')) as [Record<string, string>];
  expect(answer['grpc-status']).toBe(String(status.RESOURCE_EXHAUSTED));
  expect(await echo.records()).toEqual([]);
  await expect(abused.callAnew()).resolves.toEqual(['hello']);
});

test('a request of which a part never comes is given up, though its answers would be a stream', async () => {
  await start({ callMs: 300 });
  const same = (bytes: Buffer): Buffer => bytes;
  const deadline = Date.now() + 15_000;
  const metadata = await abused.withToken();
  const half = abused.client.makeClientStreamRequest(serverStream.path, same, same, metadata, { deadline }, () => {});
  await expect(once(half, 'status')).resolves.toMatchObject([{ details: 'The service did not answer in time.' }]);
  expect(abused.echo.runs()).toBe(0);
});

test('a stream of answers may last longer than a call', async () => {
  await start({ callMs: 200 });
  const { path, requestSerialize, responseDeserialize } = serverStream;
  const metadata = await abused.withToken();
  const flood = { text: 'flood' };
  const answers = abused.client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, flood, metadata);
  answers.on('error', () => {});
  await once(answers, 'data');
  await sleep(500);
  expect(abused.echo.ends()).toBe(0);
  answers.cancel();
});

test('answers that the peer does not take are given up, and its connection stays', async () => {
  await start({ unreadMs: 300 });
  const noWindow = frame(frameType.settings, { payload: setting(4, 0) });
  const flood = lastMessage(serverStream.requestSerialize({ text: 'flood' }));
  const socket = await abused.begin([noWindow, await abused.callFrame(serverStream.path), flood]);
  await vi.waitUntil(() => abused.echo.runs() === 1);
  await vi.waitUntil(() => abused.echo.ends() === 1, 5_000);
  expect(isConnected(socket)).toBe(true);
  await expect(abused.callAnew()).resolves.toEqual(['hello']);
});

test('a workload that has all the calls under way that it may have gets no more, over whichever connection', async () => {
  await start({ callsOfPeer: 2 });
  const { echo } = abused;
  const hang = lastMessage(unary.requestSerialize({ text: 'hang' }));
  const hanging = async (): Promise<TLSSocket> => await abused.begin([usual, await abused.callFrame(unary.path), hang]);
  const first = await hanging();
  await hanging();
  await vi.waitUntil(() => echo.runs() === 2);
  const call = callEcho(abused.client, 'unary', await abused.withToken(), {});
  await expect(call).rejects.toMatchObject({ code: status.RESOURCE_EXHAUSTED, details: 'Too many calls.' });
  expect(echo.runs()).toBe(2);
  const record = (await echo.records()).find(({ kind }) => kind === 'handshake');
  expect(record).toMatchObject({ reasons: ['peer_limit_exceeded'], peer: { spiffeId: gateway } });
  first.destroy();
  await vi.waitUntil(() => !isConnected(first));
  await expect(abused.callAnew()).resolves.toEqual(['hello']);
});
