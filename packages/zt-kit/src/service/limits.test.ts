import { once } from 'node:events';
import { type ClientHttp2Session, connect as connectHttp2, constants } from 'node:http2';
import { setImmediate } from 'node:timers/promises';
import { connect, type TLSSocket } from 'node:tls';
import { type Client, Metadata, status } from '@grpc/grpc-js';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { tlsSettingsOf } from '../mtls/tls-settings.ts';
import { callEcho, type EchoServer, gateway, openEchoClient, startEchoServer } from '../testing/echo-server.ts';
import { EchoService } from '../testing/echo-service.ts';
import { createFixedX509Source } from '../testing/fixed-source.ts';

let echo: EchoServer;
let client: Client;

beforeEach(async () => {
  echo = await startEchoServer({ limits: { silenceMs: 300 } });
  client = openEchoClient(createFixedX509Source(await echo.snapshotOf(gateway)), echo.address);
});

afterEach(async () => {
  client.close();
  await echo.close();
});

async function metadata(): Promise<Metadata> {
  const withToken = new Metadata();
  withToken.set('authorization', `Bearer ${await echo.token()}`);
  return withToken;
}

/** The gateway with its good SVID, speaking TLS and no more. */
async function openSocket(): Promise<TLSSocket> {
  const socket = connect({
    host: '127.0.0.1',
    port: echo.listener.port,
    ...tlsSettingsOf(await echo.snapshotOf(gateway)),
    checkServerIdentity: () => undefined,
    ALPNProtocols: ['h2'],
  });
  socket.on('error', () => {});
  await once(socket, 'secureConnect');
  return socket;
}

/** The gateway with its good SVID, speaking HTTP/2 as it likes. */
async function openSession(): Promise<ClientHttp2Session> {
  const socket = await openSocket();
  const session = connectHttp2(`https://${echo.address}`, { createConnection: () => socket });
  return session.on('error', () => {});
}

const headers = (path: string) => ({
  ':method': 'POST',
  ':path': path,
  'content-type': 'application/grpc',
  te: 'trailers',
});

async function expectOthersServed(): Promise<void> {
  await expect(callEcho(client, 'unary', await metadata(), {})).resolves.toEqual(['hello']);
}

test('a peer that finishes its handshake and never begins HTTP/2 is hung up on', async () => {
  const socket = await openSocket();
  await once(socket.resume(), 'close');
});

test.each([
  ['one of 17,000 bytes', 1, 17_000],
  ['65 of ten bytes', 65, 10],
])('metadata over the limit, %s, never reach a decision', async (_, entries, bytes) => {
  const tooMany = await metadata();
  for (let entry = 0; entry < entries; entry += 1) tooMany.set(`x-padding-${entry}`, 'x'.repeat(bytes));
  const call = callEcho(client, 'unary', tooMany, {});
  await expect(call).rejects.toMatchObject({ code: status.RESOURCE_EXHAUSTED });
  expect(await echo.records()).toEqual([]);
  await expectOthersServed();
});

test('a peer is told how many calls it may have under way at once', async () => {
  const session = await openSession();
  const [settings] = (await once(session, 'remoteSettings')) as [{ maxConcurrentStreams: number }];
  expect(settings.maxConcurrentStreams).toBe(256);
  session.destroy();
});

test('a peer that opens calls and resets them at once is cut off, and others are served', async () => {
  const session = await openSession();
  await once(session, 'remoteSettings');
  let opened = 0;
  while (opened < 10_000 && !session.destroyed) {
    const streams = Array.from({ length: 100 }, () => session.request(headers(EchoService.bidirectional.path)));
    for (const stream of streams) stream.on('error', () => {});
    opened += streams.length;
    // Only what was sent can be reset.
    await setImmediate();
    for (const stream of streams) stream.close(constants.NGHTTP2_CANCEL);
    await setImmediate();
  }
  expect(opened).toBeLessThan(10_000);
  expect(echo.runs()).toBe(0);
  await expectOthersServed();
}, 30_000);

test('a handler whose answers nobody takes any more comes to its end', async () => {
  const { path, requestSerialize, responseDeserialize } = EchoService.serverStream;
  const flood = { text: 'flood' };
  const call = client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, flood, await metadata());
  call.on('error', () => {});
  await vi.waitUntil(() => echo.runs() === 1);
  await new Promise((resolve) => setTimeout(resolve, 200));
  call.cancel();
  await vi.waitUntil(() => echo.ends() === 1);
});

test('a second message to a method that takes one is never the one that was decided on', async () => {
  const session = await openSession();
  const token = await echo.token();
  const stream = session.request({ ...headers(EchoService.unary.path), authorization: `Bearer ${token}` });
  const ended = once(stream, 'response');
  for (const amount of [1, 2_000_000]) {
    const body = EchoService.unary.requestSerialize({ text: 'a', amount_minor_units: amount });
    const prefix = Buffer.alloc(5);
    prefix.writeUInt32BE(body.length, 1);
    stream.write(Buffer.concat([prefix, body]));
  }
  stream.end();
  const [answer] = (await ended) as [Record<string, string>];
  expect(answer['grpc-status']).toBe(String(status.PERMISSION_DENIED));
  expect(echo.runs()).toBe(0);
  session.destroy();
});
