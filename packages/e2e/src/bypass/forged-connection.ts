import { type ClientHttp2Session, connect as connectHttp2, type IncomingHttpHeaders } from 'node:http2';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { status } from '@grpc/grpc-js';
import { unusedLoopbackAddress } from './loopback-address.ts';
import type { ShownCertificate } from './shown-certificate.ts';

export interface RawAnswer {
  /** A gRPC status; `UNAVAILABLE` where the connection ended without one. */
  readonly code: string;
  /** What anybody can see of the answer: its words, and the names of all that came with it. */
  readonly told: string;
}

/** A connection to a gRPC server over which anything can be sent: no library is in between that would put it right. */
export interface ForgedConnection {
  /** `host:port` at this end, once it is there. */
  readonly localAddress: string;
  /** Asks a method with one message, and takes the first answer. */
  call(path: string, headers: Readonly<Record<string, string>>, message: Buffer): Promise<RawAnswer>;
  /** The last session that the server gave for resuming, within this time; null where it gave none. */
  sessionWithin(ms: number): Promise<Buffer | null>;
  close(): void;
}

const timeoutMs = 10_000;
const ended: RawAnswer = { code: 'UNAVAILABLE', told: 'the connection ended' };

/** Rejects where there is not even a connection over TCP. A handshake that fails shows in the answers. */
export async function openForgedConnection(
  address: string,
  authorities: string,
  shown: ShownCertificate,
): Promise<ForgedConnection> {
  const socket = await connectLoopback(address);
  const localAddress = `${socket.localAddress}:${socket.localPort}`;
  const sessions: Buffer[] = [];
  const tls = connectTls({
    socket,
    ca: authorities,
    // The server is the right one, and is reached by an address that its certificate doesn't name.
    checkServerIdentity: () => undefined,
    ALPNProtocols: ['h2'],
    ...shown,
  });
  tls.on('session', (session) => sessions.push(session));
  const broken = brokenOnce(tls);
  const session = connectHttp2('https://forged', { createConnection: () => tls });
  session.on('error', () => {});
  return {
    localAddress,
    call: (path, headers, message) => Promise.race([callOver(session, path, headers, message), broken]),
    async sessionWithin(ms) {
      const end = performance.now() + ms;
      while (sessions.length === 0 && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 20));
      return sessions.at(-1) ?? null;
    },
    close() {
      session.destroy();
      tls.destroy();
    },
  };
}

/** Each from an address of its own where the machine has more than one: of a flood from one address few are recorded. */
async function connectLoopback(address: string): Promise<Socket> {
  const separator = address.lastIndexOf(':');
  const to = { host: address.slice(0, separator), port: Number(address.slice(separator + 1)) };
  try {
    return await connected(connectTcp({ ...to, localAddress: unusedLoopbackAddress() }));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRNOTAVAIL') throw error;
    return await connected(connectTcp(to));
  }
}

async function connected(socket: Socket): Promise<Socket> {
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  return socket;
}

/** An alert of TLS would say more than that it is over: it is told as it came. */
function brokenOnce(tls: TLSSocket): Promise<RawAnswer> {
  return new Promise((resolve) => {
    tls.once('error', (error: NodeJS.ErrnoException) => {
      const isAlert = error.code?.includes('ALERT') ?? false;
      resolve(isAlert ? { ...ended, told: `the connection ended with ${error.code}` } : ended);
    });
    tls.once('close', () => resolve(ended));
  });
}

function callOver(
  session: ClientHttp2Session,
  path: string,
  headers: Readonly<Record<string, string>>,
  message: Buffer,
): Promise<RawAnswer> {
  return new Promise((resolve) => {
    const length = Buffer.alloc(5);
    length.writeUInt32BE(message.length, 1);
    if (session.destroyed || session.closed) return resolve(ended);
    const stream = session.request({
      ':method': 'POST',
      ':path': path,
      te: 'trailers',
      'content-type': 'application/grpc',
      ...headers,
    });
    const timer = setTimeout(() => stream.close(), timeoutMs);
    const seen: IncomingHttpHeaders = {};
    const finish = (answer: RawAnswer): void => {
      clearTimeout(timer);
      resolve(answer);
    };
    const statusIn = (received: IncomingHttpHeaders): void => {
      Object.assign(seen, received);
      if (seen['grpc-status'] !== undefined) finish(answerOf(seen));
    };
    stream.on('error', () => {});
    stream.on('response', statusIn);
    stream.on('trailers', statusIn);
    stream.once('data', () => {
      // A stream of answers may never end. Where there is one answer only, its status follows at once.
      finish({ code: 'OK', told: '' });
      stream.close();
    });
    stream.on('close', () => finish(ended));
    stream.end(Buffer.concat([length, message]));
  });
}

function answerOf(headers: IncomingHttpHeaders): RawAnswer {
  const names = Object.keys(headers).toSorted().join(', ');
  const words = decodeURIComponent(String(headers['grpc-message'] ?? ''));
  return { code: status[Number(headers['grpc-status'])] ?? 'UNKNOWN', told: `${words} (${names})` };
}
