import type { TLSSocket } from 'node:tls';
import { type Client, Metadata } from '@grpc/grpc-js';
import type { ServerLimits } from '../service/secure-server.ts';
import { callEcho, type EchoServer, gateway, openEchoClient, startEchoServer } from './echo-server.ts';
import { createFixedX509Source } from './fixed-source.ts';
import { callHeaders, flag, frame, frameType, openRawPeer, preface, send } from './raw-http2.ts';

/** The echo server, and the gateway as one that speaks to it in frames of its own making. */
export interface AbusedEcho {
  readonly echo: EchoServer;
  /** The gateway as it should be. */
  readonly client: Client;
  /** A connection with the gateway's good SVID; `further` comes after the preface, in place of a client's usual settings. */
  begin(further?: readonly Buffer[]): Promise<TLSSocket>;
  /** The frame that begins a call, with a good token. */
  callFrame(path: string, further?: Readonly<Record<string, string>>): Promise<Buffer>;
  withToken(): Promise<Metadata>;
  /** A call of the gateway's over a connection of its own; what it is answered. */
  callAnew(): Promise<string[]>;
  close(): Promise<void>;
}

/** All its calls are on the stream of this number: one on each connection. */
export const stream = 1;

export async function startAbusedEcho(limits: Partial<ServerLimits> = {}): Promise<AbusedEcho> {
  const echo = await startEchoServer({ limits });
  const identity = await echo.snapshotOf(gateway);
  const open = (): Client => openEchoClient(createFixedX509Source(identity), echo.address);
  const client = open();
  const sockets: TLSSocket[] = [];

  async function withToken(): Promise<Metadata> {
    const metadata = new Metadata();
    metadata.set('authorization', `Bearer ${await echo.token()}`);
    return metadata;
  }

  return {
    echo,
    client,
    withToken,
    async begin(further = [frame(frameType.settings)]) {
      const socket = await openRawPeer({ port: echo.listener.port, identity });
      sockets.push(socket);
      await send(socket, Buffer.concat([preface, ...further]));
      return socket;
    },
    async callFrame(path, further = {}) {
      const payload = callHeaders(path, { authorization: `Bearer ${await echo.token()}`, ...further });
      return frame(frameType.headers, { flags: flag.endHeaders, stream, payload });
    },
    async callAnew() {
      const another = open();
      try {
        return await callEcho(another, 'unary', await withToken(), {});
      } finally {
        another.close();
      }
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      client.close();
      await echo.close();
    },
  };
}
