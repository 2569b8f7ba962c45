import { setTimeout as delay } from 'node:timers/promises';
import { ZeroTrustError } from '../errors.ts';
import { type VaultClient, VaultError } from './vault-client.ts';
import type { VaultLogin } from './vault-login.ts';

/** One version of a third party's API key. A call holds the one that it began with. */
export interface ApiKeyVersion {
  /** Never in a log, an error or a record. */
  readonly value: string;
  readonly version: number;
}

/** The API key with which a service calls a third party. It lives in Vault, and in memory here. */
export interface ApiKey {
  /** The version in force. Throws `api_key_unavailable` as long as none was read. */
  current(): ApiKeyVersion;
  /**
   * Reads the version in force anew, for whoever was told that the one in hand is not accepted. Where Vault can't be
   * asked it stays what it was.
   */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

/** What is told of a key: versions, never the key. */
export type ApiKeyEvent =
  | { readonly event: 'api_key_taken'; readonly path: string; readonly version: number }
  /** Told once, until Vault answers again: work goes on with the version in hand, where there is one. */
  | {
      readonly event: 'api_key_not_read';
      readonly path: string;
      readonly version: number | null;
      readonly detail: string;
    };

export interface ApiKeyOptions {
  readonly client: VaultClient;
  readonly login: VaultLogin;
  /** Below the mount `kv`, such as `payment/card-network`. The key is the field `key`. */
  readonly path: string;
  readonly log: (event: ApiKeyEvent) => void;
  readonly pollMs?: number;
}

/**
 * Follows an API key in Vault's key/value engine (version 2): a new version is in force within seconds. Settles after
 * the first attempt to read it, whatever came of that.
 */
export async function createApiKey(options: ApiKeyOptions): Promise<ApiKey> {
  const { client, login, path, log, pollMs = 2_000 } = options;
  const closed = new AbortController();
  let inForce: ApiKeyVersion | null = null;
  let failing = false;
  let reading: Promise<void> | null = null;

  async function read(): Promise<void> {
    try {
      const version = await withToken(login, (token) => currentVersion(client, path, token));
      if (inForce?.version !== version) {
        inForce = await withToken(login, (token) => readKey(client, path, token));
        log({ event: 'api_key_taken', path, version: inForce.version });
      }
      failing = false;
    } catch (error) {
      if (closed.signal.aborted || failing) return;
      failing = true;
      const detail = error instanceof ZeroTrustError ? error.message : 'Vault could not be read';
      log({ event: 'api_key_not_read', path, version: inForce?.version ?? null, detail });
    }
  }

  function readOnce(): Promise<void> {
    reading ??= read().finally(() => {
      reading = null;
    });
    return reading;
  }

  async function follow(): Promise<void> {
    while (!closed.signal.aborted) {
      await delay(pollMs, undefined, { signal: closed.signal }).catch(() => {});
      if (!closed.signal.aborted) await readOnce();
    }
  }

  await readOnce();
  const following = follow();
  return {
    current() {
      if (inForce === null) throw new ZeroTrustError('api_key_unavailable', `no version of ${path} was read yet`);
      return inForce;
    },
    async refresh() {
      // One that is under way may have asked before there was a newer version.
      await reading;
      await readOnce();
    },
    async close() {
      closed.abort();
      await following;
      // Where Vault is gone the token ends by itself.
      await login.close().catch(() => {});
    },
  };
}

async function withToken<Result>(login: VaultLogin, work: (token: string) => Promise<Result>): Promise<Result> {
  const token = await login.token();
  try {
    return await work(token.value);
  } catch (error) {
    // 403: revoked behind our back, or the policies changed. A new login tells which.
    if (!(error instanceof VaultError && error.statusCode === 403)) throw error;
    login.discard(token);
    return await work((await login.token()).value);
  }
}

/** Asked every few seconds, so that the key itself travels only when it is a new one. */
async function currentVersion(client: VaultClient, path: string, token: string): Promise<number> {
  const { data } = await client.read(`kv/metadata/${path}`, token);
  const version = data?.current_version;
  if (typeof version !== 'number') throw new VaultError(200, 'Vault answered without a version');
  return version;
}

async function readKey(client: VaultClient, path: string, token: string): Promise<ApiKeyVersion> {
  const { data } = await client.read(`kv/data/${path}`, token);
  const value = (data?.data as Readonly<Record<string, unknown>> | null | undefined)?.key;
  const version = (data?.metadata as Readonly<Record<string, unknown>> | undefined)?.version;
  if (typeof value !== 'string' || value === '' || typeof version !== 'number') {
    throw new VaultError(200, 'Vault answered without an API key');
  }
  return Object.freeze({ value, version });
}
