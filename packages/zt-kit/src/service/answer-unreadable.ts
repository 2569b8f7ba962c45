import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

/**
 * Ends a connection on which no request could be read, with a problem (RFC 9457) where HTTP was spoken. Nothing of what
 * came is repeated.
 */
export function answerUnreadable(error: NodeJS.ErrnoException, socket: Duplex): void {
  const status = statusOf(error.code ?? '');
  if (status === null || !socket.writable || hasBegunToAnswer(socket)) {
    socket.destroy();
    return;
  }
  const body = JSON.stringify({ type: 'about:blank', title: STATUS_CODES[status], status, detail: details[status] });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    'cache-control: no-store',
    'x-content-type-options: nosniff',
    'connection: close',
  ];
  // A client that doesn't take its answer is not waited for.
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

const details: Readonly<Record<number, string>> = {
  400: 'This is no HTTP request.',
  408: 'The request did not arrive in time.',
  413: 'The request is too large.',
  431: 'The headers are too large.',
};

/** Null where the connection broke below HTTP. */
function statusOf(code: string): number | null {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return 431;
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return 413;
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return 408;
    default:
      return code.startsWith('HPE_') ? 400 : null;
  }
}

/** An answer in the middle of another would be taken for a part of it. */
function hasBegunToAnswer(socket: Duplex): boolean {
  const { _httpMessage: current } = socket as { _httpMessage?: { readonly headersSent: boolean } | null };
  return current?.headersSent === true;
}
