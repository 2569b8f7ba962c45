import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { VaultCore, VaultReply } from './vault-core.ts';
import { coreRefusal, VaultRefusal } from './vault-refusal.ts';
import { readVaultRequest } from './vault-request.ts';

/** What of the server's state its answers depend on. */
export interface VaultState {
  readonly sealed: boolean;
  readonly slowMs: number;
}

/** What others know a Vault by. */
const version = '1.21.0-development';
const cluster = { cluster_name: 'development', cluster_id: '00000000-0000-0000-0000-000000000000' };

/** Vault's API over HTTP. */
export function serveVault(core: VaultCore, state: () => VaultState, log: (event: object) => void): RequestListener {
  async function replyTo(raw: IncomingMessage, url: URL): Promise<VaultReply> {
    const path = url.pathname.slice('/v1/'.length);
    if (path === 'sys/health') {
      if (raw.method !== 'GET' && raw.method !== 'HEAD') throw new VaultRefusal(405);
      return health(state().sealed, new Date());
    }
    if (path === 'sys/seal-status') {
      if (raw.method !== 'GET') throw new VaultRefusal(405);
      return { status: 200, body: sealStatus(state().sealed) };
    }
    const request = await readVaultRequest(raw, url);
    // As it is now: whoever asks may take its time over it.
    if (state().sealed) throw new VaultRefusal(503, 'Vault is sealed');
    return await core(request);
  }

  async function answer(raw: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(raw.url ?? '/', 'https://localhost');
    const isApi = url.pathname.startsWith('/v1/');
    const reply = isApi ? await replyTo(raw, url).catch(refusalReply) : null;
    const { slowMs } = state();
    // It keeps no process alive that would end.
    if (slowMs > 0) await delay(slowMs, undefined, { ref: false });
    response.setHeader('cache-control', 'no-store');
    if (reply === null) {
      response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('404 page not found\n');
      return;
    }
    response.writeHead(reply.status, { 'content-type': 'application/json' });
    response.end(reply.body === null ? undefined : `${JSON.stringify(reply.body)}\n`);
  }

  function refusalReply(error: unknown): VaultReply {
    if (error instanceof VaultRefusal) return { status: error.status, body: { errors: error.errors } };
    log({ event: 'development_vault_failed', detail: error instanceof Error ? error.message : 'unknown' });
    return { status: 500, body: { errors: coreRefusal(500, 'internal error').errors } };
  }

  return (raw, response) => {
    answer(raw, response).catch(() => response.destroy());
  };
}

function health(sealed: boolean, now: Date): VaultReply {
  const body = {
    initialized: true,
    sealed,
    standby: sealed,
    performance_standby: false,
    replication_performance_mode: sealed ? 'unknown' : 'disabled',
    replication_dr_mode: sealed ? 'unknown' : 'disabled',
    server_time_utc: Math.floor(now.getTime() / 1000),
    version,
    enterprise: false,
    ...(sealed ? {} : cluster),
    echo_duration_ms: 0,
    clock_skew_ms: 0,
    replication_primary_canary_age_ms: 0,
    removed_from_cluster: false,
  };
  return { status: sealed ? 503 : 200, body };
}

function sealStatus(sealed: boolean): object {
  return {
    type: 'shamir',
    initialized: true,
    sealed,
    t: 1,
    n: 1,
    progress: 0,
    nonce: '',
    version,
    build_date: '1970-01-01T00:00:00Z',
    migration: false,
    ...(sealed ? {} : cluster),
    recovery_seal: false,
    storage_type: 'memory',
    removed_from_cluster: false,
  };
}
