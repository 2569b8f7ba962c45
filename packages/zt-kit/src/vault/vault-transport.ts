import { request as httpsRequest } from 'node:https';
import { answerLimits } from '../limits.ts';
import type { PinnedServer } from './pinned-tls.ts';

/** What node-vault hands to a transport, as far as it is of use. */
export interface VaultRequest {
  readonly method: string;
  readonly uri: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
}

export interface VaultReply {
  readonly statusCode: number;
  readonly body: unknown;
  readonly request: { readonly path: string };
}

/**
 * Sends one request over a connection of its own: no proxy from the environment, no redirect (both would carry the
 * token elsewhere), no TLS session kept, a limit on time and size. node-vault's own transport has none of these limits.
 */
export function sendToVault(request: VaultRequest, tls: PinnedServer, timeoutMs: number): Promise<VaultReply> {
  const url = new URL(request.uri);
  const payload = request.json === undefined || request.json === true ? '' : JSON.stringify(request.json);
  const headers = {
    ...request.headers,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(payload),
  };
  const { promise, resolve, reject } = Promise.withResolvers<VaultReply>();
  const options = { ...tls, method: request.method, headers, agent: false, signal: AbortSignal.timeout(timeoutMs) };
  const sent = httpsRequest(url, options, (response) => {
    const chunks: Buffer[] = [];
    let size = 0;
    response.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size > answerLimits.vaultBytes) response.destroy(new Error('reply is too long'));
    });
    response.once('error', reject);
    response.once('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      resolve({ statusCode: response.statusCode ?? 0, body: jsonOrNothing(text), request: { path: url.pathname } });
    });
  });
  sent.once('error', reject);
  sent.end(payload);
  return promise;
}

function jsonOrNothing(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
