import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import { createGunzip, deflateSync, type Gunzip, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type AbusedEcho, startAbusedEcho, stream } from '../testing/abused-echo.ts';
import { gateway } from '../testing/echo-server.ts';
import { EchoService } from '../testing/echo-service.ts';
import {
  callHeaders,
  flag,
  frame,
  frameType,
  grpcMessage,
  headerBlock,
  openRawPeer,
  preface,
  send,
  setting,
  uint32,
} from '../testing/raw-http2.ts';
import type { ServerLimits } from './secure-server.ts';

const { bidirectional, unary, clientStream } = EchoService;
const usual = frame(frameType.settings);

let abused: AbusedEcho;

async function start(limits?: Partial<ServerLimits>): Promise<void> {
  abused = await startAbusedEcho(limits);
}

beforeEach(() => {
  vi.setConfig({ testTimeout: 20_000 });
});

afterEach(() => abused.close());

/** Sends the same again and again, a little at a time, so that all of it is answered; gives how often. */
async function repeat(socket: TLSSocket, bytes: (round: number) => Buffer, rounds: number): Promise<number> {
  let round = 0;
  for (; round < rounds && !socket.destroyed; round += 1) {
    await send(socket, bytes(round));
    if (round % 20 === 0) await sleep(1);
  }
  return round;
}

/** The one record is of a connection that was cut, and names who was on it. */
async function expectCutOff(socket: TLSSocket, detail: RegExp): Promise<void> {
  if (!socket.destroyed) await once(socket, 'close');
  const records = await vi.waitUntil(async () => {
    const found = (await abused.echo.records()).filter(({ kind }) => kind === 'handshake');
    return found.length > 0 ? found : false;
  });
  expect(records).toMatchObject([
    {
      allowed: false,
      reasons: ['connection_abused'],
      peer: { spiffeId: gateway },
      address: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      detail: expect.stringMatching(detail),
    },
  ]);
  await expect(abused.callAnew()).resolves.toEqual(['hello']);
}

/** Whichever prototype of an object it is that has the method. */
function ownerOf(object: Gunzip, method: keyof Gunzip): Gunzip {
  return Object.hasOwn(object, method) ? object : ownerOf(Object.getPrototypeOf(object), method);
}

/** The call of that round, and what is sent after it. */
function callThen(round: number, further: (number: number) => Buffer): Buffer {
  const number = 2 * round + 1;
  const payload = callHeaders(bidirectional.path);
  return Buffer.concat([
    frame(frameType.headers, { flags: flag.endHeaders, stream: number, payload }),
    further(number),
  ]);
}

describe('a peer is cut off, and that is recorded, who', () => {
  beforeEach(() => start());

  test.each([
    ['PING', frame(frameType.ping, { payload: Buffer.alloc(8) })],
    ['SETTINGS', frame(frameType.settings, { payload: setting(4, 65_535) })],
  ])('sends %s frames without end, and takes each answer', async (_, bytes) => {
    const socket = await abused.begin();
    expect(await repeat(socket, () => bytes, 5_000)).toBeLessThan(5_000);
    await expectCutOff(socket, /PING and SETTINGS/);
  });

  test('takes no answers to its PING frames', async () => {
    const { echo } = abused;
    const identity = await echo.snapshotOf(gateway);
    const socket = await openRawPeer({ port: echo.listener.port, identity, deaf: true });
    const pings = Array<Buffer>(5_000).fill(frame(frameType.ping, { payload: Buffer.alloc(8) }));
    socket.write(Buffer.concat([preface, usual, ...pings]));
    await vi.waitUntil(() => echo.listener.peerOf(`127.0.0.1:${socket.localPort}`) === undefined);
    socket.destroy();
    await expectCutOff(socket, /PING and SETTINGS|HTTP\/2/);
  });

  test('sends more settings in one frame than there are', async () => {
    const payload = Buffer.concat(Array<Buffer>(33).fill(setting(4, 65_535)));
    await expectCutOff(await abused.begin([frame(frameType.settings, { payload })]), /HTTP\/2/);
  });

  test.each([
    ['resets them at once (CVE-2023-44487)', frameType.resetStream, 8],
    ['makes the service reset them (CVE-2025-8671)', frameType.windowUpdate, 0],
  ])('opens calls and %s', async (_, type, value) => {
    const socket = await abused.begin();
    const round = (number: number): Buffer => frame(type, { stream: number, payload: uint32(value) });
    expect(await repeat(socket, (count) => callThen(count, round), 10_000)).toBeLessThan(2_000);
    expect(abused.echo.runs()).toBe(0);
    await expectCutOff(socket, /HTTP\/2/);
  });

  test('announces a frame of 16 MiB', async () => {
    const endless = frame(frameType.data, { stream, length: 0xffffff, payload: Buffer.alloc(100) });
    await expectCutOff(await abused.begin([usual, endless]), /HTTP\/2/);
  });

  test('never comes to the end of its headers', async () => {
    const socket = await abused.begin([usual, frame(frameType.headers, { stream, payload: callHeaders(unary.path) })]);
    const more = frame(frameType.continuation, { stream, payload: headerBlock([['x-more', 'x']]) });
    expect(await repeat(socket, () => more, 1_000)).toBeLessThan(1_000);
    await expectCutOff(socket, /HTTP\/2/);
  });

  test('sends frames with nothing in them, again and again', async () => {
    const socket = await abused.begin([usual, await abused.callFrame(clientStream.path)]);
    expect(await repeat(socket, () => frame(frameType.data, { stream }), 20_000)).toBeLessThan(20_000);
    await expectCutOff(socket, /Too many invalid/);
  });

  test('never took note of the limit on headers, and sends such as unfold to more', async () => {
    // Put into the table once, and then named by one byte each (RFC 7541, section 6.1).
    const kept = Buffer.concat([Buffer.from([0x40]), headerBlock([['x-bomb', 'x'.repeat(3_000)]]).subarray(1)]);
    const payload = Buffer.concat([callHeaders(unary.path), kept, Buffer.alloc(20, 0xbe)]);
    const bomb = frame(frameType.headers, { flags: flag.endHeaders, stream, payload });
    await expectCutOff(await abused.begin([usual, bomb]), /headers/);
    expect(await abused.echo.records()).toMatchObject([{ kind: 'handshake' }, { kind: 'call', allowed: true }]);
  });

  test.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
  ])('sends bombs that %s unfolds to a thousand times their size; none is unfolded', async (encoding, compress) => {
    const unfold = vi.spyOn(ownerOf(createGunzip(), '_transform'), '_transform');
    onTestFinished(() => unfold.mockRestore());
    const message = grpcMessage(compress(Buffer.alloc(500_000)), { compressed: true });
    const bombs = frame(frameType.data, { stream, payload: Buffer.concat(Array<Buffer>(20).fill(message)) });
    const headers = await abused.callFrame(unary.path, { 'grpc-encoding': encoding });
    await expectCutOff(await abused.begin([usual, headers, bombs]), /compressed/);
    expect(unfold).not.toHaveBeenCalled();
    // That of the good call after it.
    expect(abused.echo.runs()).toBe(1);
  });
});

test('a peer that sends more bytes than calls need, in frames that nobody counts, is cut off', async () => {
  await start({ receivedBytes: 100_000 });
  const socket = await abused.begin();
  const updates = Buffer.concat(Array<Buffer>(100).fill(frame(frameType.windowUpdate, { payload: uint32(1) })));
  expect(await repeat(socket, () => updates, 20_000)).toBeLessThan(20_000);
  await expectCutOff(socket, /bytes/);
});

test('a peer whose preface comes a byte at a time is hung up on', async () => {
  await start({ silenceMs: 300 });
  const { echo } = abused;
  const socket = await openRawPeer({ port: echo.listener.port, identity: await echo.snapshotOf(gateway) });
  let sent = 0;
  const drip = setInterval(() => void socket.write(preface.subarray(sent, ++sent)), 50);
  await once(socket, 'close');
  clearInterval(drip);
  expect(sent).toBeLessThan(preface.length);
});
