import { ownAuthorities, parseSpiffeId, type X509Source } from '@zt/kit/identity';
import { createVaultClient, createVaultLogin, VaultError } from '@zt/kit/vault';
import pRetry from 'p-retry';

export type TrustUpdaterEvent =
  | { readonly event: 'vault_trust_updated'; readonly authorities: number }
  | { readonly event: 'vault_trust_update_failed'; readonly detail: string };

export interface TrustUpdaterOptions {
  /** The trust updater's own identity; its trust domain's bundle is what Vault gets. */
  readonly source: X509Source;
  /** `https://host:port` */
  readonly vaultAddress: string;
  readonly vaultSpiffeId: string;
  /** The names under `auth/cert/certs` to keep current; the updater's own is one of them. */
  readonly roles: readonly string[];
  /** Is told of a failure once, however often it is tried again. */
  readonly log: (event: TrustUpdaterEvent) => void;
  /** How often to see to the token, so that it outlives a change of authority during which nobody could log in. */
  readonly checkMs?: number;
}

export interface TrustUpdater {
  close(): Promise<void>;
}

/**
 * Keeps the authorities that Vault takes SVIDs from equal to the trust bundle: both the old and the new while SPIRE
 * changes its authority, only the new one afterwards. What fails is tried again until it works or there is a newer bundle.
 */
export function createTrustUpdater(options: TrustUpdaterOptions): TrustUpdater {
  const { source, vaultAddress, roles, log, checkMs = 60_000 } = options;
  const client = createVaultClient({ source, vaultAddress, vaultSpiffeId: parseSpiffeId(options.vaultSpiffeId) });
  const login = createVaultLogin(client, 'trust-updater');
  const closing = new AbortController();
  let written = '';
  let failure = '';
  let running: Promise<void> | null = null;

  async function update(): Promise<void> {
    const authorities = ownAuthorities(source.current());
    const certificate = authorities.map(String).join('');
    // Also where nothing is new: this is what keeps the token alive.
    const token = await login.token();
    if (certificate === written || certificate === '') return;
    // The own one first: were this to stop half-way, the next attempt could still log in.
    for (const role of ['trust-updater', ...roles.filter((name) => name !== 'trust-updater')]) {
      await client.write(`auth/cert/certs/${role}`, { certificate }, token.value).catch((error: unknown) => {
        if (error instanceof VaultError && error.statusCode === 403) login.discard(token);
        throw error;
      });
    }
    written = certificate;
    failure = '';
    log({ event: 'vault_trust_updated', authorities: authorities.length });
  }

  async function untilUpdated(): Promise<void> {
    const once = () =>
      update().catch((error: unknown) => {
        throw new Error('Vault did not take the bundle', { cause: error });
      });
    await pRetry(once, {
      retries: Number.POSITIVE_INFINITY,
      minTimeout: 200,
      maxTimeout: 2_000,
      randomize: true,
      signal: closing.signal,
      onFailedAttempt: ({ error }) => tellFailure(detailOf(error.cause)),
    }).catch(() => {});
  }

  function tellFailure(detail: string): void {
    if (detail !== failure) log({ event: 'vault_trust_update_failed', detail });
    failure = detail;
  }

  /** One at a time. An attempt reads the newest bundle; what changes while the last one succeeds is seen by the next run. */
  function run(): void {
    if (closing.signal.aborted) return;
    if (running !== null) {
      again = true;
      return;
    }
    running = untilUpdated().finally(() => {
      running = null;
      if (again) {
        again = false;
        run();
      }
    });
  }

  let again = false;
  const stopListening = source.onChange(run);
  const timer = setInterval(run, checkMs);
  run();

  return {
    async close() {
      stopListening();
      clearInterval(timer);
      closing.abort();
      await running;
      await login.close().catch(() => {});
    },
  };
}

function detailOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown';
}
