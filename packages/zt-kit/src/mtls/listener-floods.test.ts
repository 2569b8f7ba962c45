import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Metadata, status } from '@grpc/grpc-js';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import type { ServerLimits } from '../service/secure-server.ts';
import { type AbusedEcho, startAbusedEcho } from '../testing/abused-echo.ts';
import { callEcho, gateway, inventory, openEchoClient } from '../testing/echo-server.ts';
import { createFixedX509Source } from '../testing/fixed-source.ts';

let abused: AbusedEcho;

async function start(limits: Partial<ServerLimits>): Promise<void> {
  abused = await startAbusedEcho(limits);
}

beforeEach(() => {
  vi.setConfig({ testTimeout: 20_000 });
});

afterEach(() => abused.close());

/** Somebody who has no SVID. */
function openStranger(): Socket {
  const socket = connect(abused.echo.listener.port, '127.0.0.1').on('error', () => {});
  onTestFinished(() => void socket.destroy());
  return socket.resume();
}

test('a handshake of which a byte comes now and then ends in time all the same', async () => {
  await start({ handshakeMs: 1_000 });
  const socket = openStranger();
  // The beginning of a ClientHello of 16 KiB.
  socket.write(Buffer.from([22, 3, 1, 64, 0, 1, 0, 63, 252, 3, 3]));
  const drip = setInterval(() => void socket.write(Buffer.alloc(1)), 20);
  await once(socket, 'close');
  clearInterval(drip);
  await expect(abused.callAnew()).resolves.toEqual(['hello']);
});

test('however many begin a handshake and leave it at that, another one finds room: the oldest has to go', async () => {
  await start({ handshakesUnderWay: 2 });
  const silent = Array.from({ length: 5 }, openStranger);
  await vi.waitUntil(() => silent.filter(({ closed }) => closed).length === 3);
  await expect(abused.callAnew()).resolves.toEqual(['hello']);
});

test('a workload that has all the connections it may have gets no more, and others do', async () => {
  await start({ connectionsOfPeer: 2 });
  const { echo } = abused;
  const first = await abused.begin();
  await abused.begin();
  const third = await abused.begin();
  if (!third.closed) await once(third, 'close');
  await vi.waitUntil(async () => (await echo.records()).length === 1);
  const refused = { kind: 'handshake', reasons: ['peer_limit_exceeded'], peer: { spiffeId: gateway } };
  expect(await echo.records()).toMatchObject([refused]);
  const other = openEchoClient(createFixedX509Source(await echo.snapshotOf(inventory)), echo.address);
  onTestFinished(() => other.close());
  // Decided, so connected.
  await expect(callEcho(other, 'unary', new Metadata(), {})).rejects.toMatchObject({ code: status.PERMISSION_DENIED });
  first.destroy();
  await vi.waitUntil(() => echo.listener.peerOf(`127.0.0.1:${first.localPort}`) === undefined);
  await expect(abused.callAnew()).resolves.toEqual(['hello']);
});
