import { once } from 'node:events';
import { connect, type TLSSocket } from 'node:tls';
import type { IdentitySnapshot } from '../identity/identity-snapshot.ts';
import { tlsSettingsOf } from '../mtls/tls-settings.ts';

/** Types of HTTP/2 frames (RFC 9113, section 6). */
export const frameType = {
  data: 0,
  headers: 1,
  priority: 2,
  resetStream: 3,
  settings: 4,
  ping: 6,
  goAway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;

export const flag = { none: 0, endStream: 1, ack: 1, endHeaders: 4 } as const;

/** What a client sends first; then its settings. */
export const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

/** One frame; `length` makes it say of itself another length than it has. */
export function frame(
  type: number,
  options: {
    readonly flags?: number;
    readonly stream?: number;
    readonly payload?: Buffer;
    readonly length?: number;
  } = {},
): Buffer {
  const { flags = flag.none, stream = 0, payload = Buffer.alloc(0), length = payload.length } = options;
  const head = Buffer.alloc(9);
  head.writeUIntBE(length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** A 32-bit number, as RST_STREAM and WINDOW_UPDATE carry one. */
export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** One setting: its number (RFC 9113, section 6.5.2) and its value. */
export function setting(id: number, value: number): Buffer {
  const bytes = Buffer.alloc(6);
  bytes.writeUInt16BE(id);
  bytes.writeUInt32BE(value, 2);
  return bytes;
}

/** A header block without compression: literals that are not indexed (RFC 7541, section 6.2.2). */
export function headerBlock(headers: readonly (readonly [name: string, value: string])[]): Buffer {
  return Buffer.concat(headers.flatMap(([name, value]) => [Buffer.from([0]), literal(name), literal(value)]));
}

/** The headers of a gRPC call. */
export function callHeaders(path: string, further: Readonly<Record<string, string>> = {}): Buffer {
  return headerBlock([
    [':method', 'POST'],
    [':scheme', 'https'],
    [':path', path],
    [':authority', 'order'],
    ['content-type', 'application/grpc'],
    ['te', 'trailers'],
    ...Object.entries(further),
  ]);
}

/** A gRPC message with the five bytes before it. */
export function grpcMessage(body: Buffer, { compressed = false } = {}): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt8(compressed ? 1 : 0);
  head.writeUInt32BE(body.length, 1);
  return Buffer.concat([head, body]);
}

function literal(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([integer(bytes.length), bytes]);
}

/** With a prefix of seven bits (RFC 7541, section 5.1). */
function integer(value: number): Buffer {
  if (value < 127) return Buffer.from([value]);
  const bytes = [127];
  let rest = value - 127;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.from([...bytes, rest]);
}

export interface RawPeerOptions {
  readonly port: number;
  readonly identity: IdentitySnapshot;
  readonly host?: string;
  /** What comes is not read: not what the server answers, nor its acknowledgements. */
  readonly deaf?: boolean;
}

/** Whoever has that identity, after a good handshake, and with nothing said yet. */
export async function openRawPeer(options: RawPeerOptions): Promise<TLSSocket> {
  const { port, identity, host = '127.0.0.1', deaf = false } = options;
  const socket = connect({
    host,
    port,
    ...tlsSettingsOf(identity),
    // The server is the test's own; who it is does not matter to an attacker.
    rejectUnauthorized: false,
    ALPNProtocols: ['h2'],
  });
  socket.on('error', () => {});
  await once(socket, 'secureConnect');
  if (!deaf) socket.resume();
  return socket;
}

/** Writes, and waits until there is room for more or the connection is over. */
export async function send(socket: TLSSocket, bytes: Buffer): Promise<void> {
  if (socket.destroyed || socket.write(bytes)) return;
  const stop = new AbortController();
  const { signal } = stop;
  await Promise.race([once(socket, 'drain', { signal }), once(socket, 'close', { signal })]).catch(() => {});
  stop.abort();
}
