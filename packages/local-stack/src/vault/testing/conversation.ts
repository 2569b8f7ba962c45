import { request } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import { type IdentitySnapshot, pemOfX509Svid } from '@zt/kit/identity';
import type { AskedVault } from './two-vaults.ts';

/** What was asked, and what came back, but for what can't be alike: names, times and secrets are told by their kinds. */
export interface Exchange {
  readonly asked: string;
  readonly status: number;
  readonly contentType: string | undefined;
  readonly body: unknown;
}

export interface Question {
  /** The workload that asks; without a certificate where it is null. */
  readonly as: string | null;
  readonly method?: string;
  /** Without `/v1/`, unless it begins with a slash. */
  readonly path: string;
  /** Sent as it is where it is a text. */
  readonly body?: unknown;
  readonly token?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /** An error is told in words that are each Vault's own. */
  readonly ownWords?: boolean;
}

/** One conversation with a Vault, and what was said in it. */
export interface Conversation {
  readonly exchanges: readonly Exchange[];
  /** Gives the body; undefined where there is no JSON. */
  ask(question: Question): Promise<Body | undefined>;
  /** The token of a new login. */
  logIn(as: string): Promise<string>;
  /** Asks until there is another status than this; only the last answer counts. */
  askWhile(status: number, question: Question): Promise<void>;
}

export interface Body {
  readonly lease_id: string;
  readonly auth: { readonly client_token: string };
}

export function createConversation(vault: AskedVault, identities: ReadonlyMap<string, IdentitySnapshot>): Conversation {
  const exchanges: Exchange[] = [];

  async function ask(question: Question): Promise<Body | undefined> {
    const { exchange, json } = await exchangeWith(vault, identities, question);
    exchanges.push(exchange);
    return json as Body | undefined;
  }

  return {
    exchanges,
    ask,
    async logIn(as) {
      const body = await ask({ as, path: 'auth/cert/login', body: { name: as } });
      return body?.auth.client_token ?? 'none';
    },
    async askWhile(status, question) {
      const until = Date.now() + 10_000;
      for (;;) {
        const { exchange } = await exchangeWith(vault, identities, question);
        if (exchange.status !== status || Date.now() > until) {
          exchanges.push(exchange);
          return;
        }
        await delay(100);
      }
    },
  };
}

async function exchangeWith(
  vault: AskedVault,
  identities: ReadonlyMap<string, IdentitySnapshot>,
  question: Question,
): Promise<{ readonly exchange: Exchange; readonly json: unknown }> {
  const { as, path, body, token, headers, ownWords = false } = question;
  const method = question.method ?? (body === undefined ? 'GET' : 'POST');
  const identity = as === null ? undefined : identities.get(as);
  const payload = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
  const sent = request(new URL(path.startsWith('/') ? path : `/v1/${path}`, vault.address), {
    ...(identity === undefined ? {} : pemOfX509Svid(identity.svid)),
    // What the server shows is looked at by the kit's own client, in other tests.
    rejectUnauthorized: false,
    agent: false,
    method,
    headers: {
      ...headers,
      ...(token === undefined ? {} : { 'x-vault-token': token }),
      'content-length': Buffer.byteLength(payload),
    },
  });
  const { promise, resolve, reject } = Promise.withResolvers<{ exchange: Exchange; json: unknown }>();
  sent.once('error', reject);
  sent.once('response', (response) => {
    let text = '';
    response.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    response.once('end', () => {
      const json = jsonOrText(text);
      const asked = `${as ?? 'nobody'}: ${method} ${path.replace(/[\w-]{20,}$/, '…')} ${token === undefined ? 'without token' : ''}`;
      const [contentType, status] = [response.headers['content-type'], response.statusCode ?? 0];
      resolve({
        exchange: {
          asked,
          status,
          contentType,
          body: shapeOf(jsonOrText(ownWords ? '{"errors":["…"]}' : comparable(text))),
        },
        json,
      });
    });
  });
  sent.end(payload);
  return await promise;
}

/** How many seconds are left of the longest life of something is another number at the next second's begin. */
function comparable(text: string): string {
  if (!text.includes('is capped accordingly')) return text;
  return text
    .replaceAll(/"lease_duration":[1-9]\d*/g, '"lease_duration":"what is left"')
    .replace(/effective max_ttl of \\"\w+\\"/, 'effective max_ttl');
}

function jsonOrText(text: string): unknown {
  try {
    return text === '' ? null : JSON.parse(text);
  } catch {
    return text;
  }
}

/** Fields whose values are the same with every Vault; of others it is said what kind of value they have. */
const alike = [
  ...['errors', 'warnings', 'lease_duration', 'mount_type', 'display_name', 'policies', 'token_policies', 'token_type'],
  ...['type', 'path', 'operation', 'actor', 'current_version', 'oldest_version'],
];

export function shapeOf(value: unknown, field = ''): unknown {
  if (Array.isArray(value)) return value.map((each) => shapeOf(each, field));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, shapeOf(each, name)]));
  }
  if (alike.includes(field) || value === '') return value;
  if (typeof value === 'number') return 'number';
  if (typeof value !== 'string') return value;
  if (/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value)) return 'time';
  return value.startsWith('hmac-sha256:') ? 'hash' : 'text';
}
