import { randomUUID, type X509Certificate } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { peerChainOf } from '../../mtls/peer-chain.ts';
import type { Operation } from './access-rules.ts';
import { VaultRefusal } from './vault-refusal.ts';

/** A request of Vault's API, read from HTTP. */
export interface VaultRequest {
  readonly id: string;
  /** `create` counts as `update` until it is known whether there is something. */
  readonly operation: Operation;
  /** Without `/v1/`; of what is listed, with a slash at its end. */
  readonly path: string;
  readonly version: string | null;
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly token: string | undefined;
  readonly remoteAddress: string;
  readonly remotePort: number;
  /** The certificates that the connection was made with. Whoever sent them has the key of the first; nobody verified them. */
  chain(): X509Certificate[];
}

const longestBody = 1024 * 1024;

/** Reads the body to its end. Throws a `VaultRefusal` as Vault words it, which sees to the body before it sees to anything else. */
export async function readVaultRequest(raw: IncomingMessage, url: URL): Promise<VaultRequest> {
  const data = parseBody(await bodyOf(raw));
  const operation = operationOf(raw.method ?? '', url.searchParams.get('list') === 'true');
  const path = pathOf(url);
  const bearer = /^Bearer (.+)$/.exec(raw.headers.authorization ?? '')?.[1];
  return {
    id: randomUUID(),
    operation,
    path: operation === 'list' && !path.endsWith('/') ? `${path}/` : path,
    version: url.searchParams.get('version'),
    data,
    token: [raw.headers['x-vault-token']].flat()[0] ?? bearer,
    remoteAddress: raw.socket.remoteAddress ?? '',
    remotePort: raw.socket.remotePort ?? 0,
    chain: () => peerChainOf(raw.socket as TLSSocket),
  };
}

function pathOf(url: URL): string {
  try {
    return decodeURIComponent(url.pathname).slice('/v1/'.length);
  } catch {
    throw new VaultRefusal(400);
  }
}

async function bodyOf(raw: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of raw as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > longestBody) throw new VaultRefusal(413, 'request body too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseBody(text: string): Readonly<Record<string, unknown>> | null {
  if (text.trim() === '') return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new VaultRefusal(500, inGosWords(error, text));
  }
  if (typeof value === 'object' && !Array.isArray(value)) return value as Readonly<Record<string, unknown>> | null;
  const kind = Array.isArray(value) ? 'array' : typeof value;
  const why = `json: cannot unmarshal ${kind} into Go value of type map[string]interface {}`;
  throw new VaultRefusal(400, `error parsing JSON: failed to parse JSON input: ${why}`);
}

/** One character of the body is told, as Vault tells it; no more of it. */
function inGosWords(error: unknown, text: string): string {
  const message = error instanceof Error ? error.message : '';
  const [, token] = /^Unexpected token '(.)'/.exec(message) ?? [];
  const [, position] = / at position (\d+)/.exec(message) ?? [];
  const character = token ?? text[Number(position ?? text.length)];
  return character === undefined
    ? 'malformed JSON, unclosed containers'
    : `invalid character '${character}' looking for beginning of value`;
}

/** Node's servers refuse the method LIST by themselves: what is listed is asked for with `?list=true`. */
function operationOf(method: string, isList: boolean): Operation {
  switch (method) {
    case 'GET':
      return isList ? 'list' : 'read';
    case 'POST':
    case 'PUT':
      return 'update';
    case 'DELETE':
      return 'delete';
    default:
      throw new VaultRefusal(405);
  }
}
