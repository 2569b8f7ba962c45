import { constants, type IncomingHttpHeaders, type ServerHttp2Session } from 'node:http2';
import type { TLSSocket } from 'node:tls';
import { type callLimits, type connectionLimits, requestEncodings } from '../limits.ts';

export type SessionLimits = Pick<typeof connectionLimits, 'controlFrames' | 'receivedBytes'> &
  Pick<typeof callLimits, 'metadataBytes' | 'unreadMs'>;

const windowMs = 10_000;
const lookMs = 250;

/** What Node says where a peer breaks HTTP/2 or floods it; all else that ends a session is trouble of the network. */
const abuses: readonly string[] = ['ERR_HTTP2_ERROR', 'ERR_HTTP2_TOO_MANY_INVALID_FRAMES'];

/**
 * Watches one connection for what HTTP/2 allows, grpc-js does not count, and nobody here does. `onAbuse` is told once, and has
 * to end the connection. An answer that the peer does not take is given up; its connection may stay.
 */
export function guardSession(
  session: ServerHttp2Session,
  socket: TLSSocket,
  limits: SessionLimits,
  onAbuse: (detail: string) => void,
): void {
  let controlFrames = 0;
  let bytesBefore = socket.bytesRead;
  let told = false;

  function abuse(detail: string): void {
    if (!told) onAbuse(detail);
    told = true;
  }

  function countControlFrame(): void {
    controlFrames += 1;
    if (controlFrames > limits.controlFrames)
      abuse(`more than ${limits.controlFrames} PING and SETTINGS frames in 10 s`);
  }

  const renewal = setInterval(() => {
    controlFrames = 0;
    bytesBefore = socket.bytesRead;
  }, windowMs).unref();
  const look = setInterval(() => {
    if (socket.bytesRead - bytesBefore > limits.receivedBytes) abuse(`more than ${limits.receivedBytes} bytes in 10 s`);
  }, lookMs).unref();
  session.on('ping', countControlFrame);
  session.on('remoteSettings', countControlFrame);
  session.on('error', (error: NodeJS.ErrnoException) => {
    if (abuses.includes(error.code ?? '')) abuse(`HTTP/2: ${error.message}`);
  });
  session.on('stream', (stream, headers) => {
    const encoding = headers['grpc-encoding'] ?? 'identity';
    if (!requestEncodings.includes(String(encoding))) return abuse('a compressed request');
    // HTTP/2 itself holds to this limit, but only where the peer has confirmed it.
    if (bytesOf(headers) > limits.metadataBytes) return abuse(`headers of more than ${limits.metadataBytes} bytes`);
    stream.setTimeout(limits.unreadMs, () => {
      if (stream.writableLength > 0) stream.close(constants.NGHTTP2_CANCEL);
    });
  });
  session.once('close', () => {
    clearInterval(renewal);
    clearInterval(look);
  });
}

/** As HTTP/2 counts them: each header is 32 bytes longer than its text (RFC 9113, section 6.5.2). */
function bytesOf(headers: IncomingHttpHeaders): number {
  return Object.entries(headers).reduce((sum, [name, value]) => sum + name.length + String(value).length + 32, 0);
}
