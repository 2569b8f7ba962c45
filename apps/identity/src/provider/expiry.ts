import type { Log } from '@zt/kit/service';
import type { OidcStore } from './oidc-store.ts';

const everyMs = 5 * 60_000;

/** Clears away what has expired, every five minutes: it counts no more from its expiry on, cleared away or not. Returns what ends that. */
export function startExpiry(store: Pick<OidcStore, 'removeExpired'>, log: Log): () => void {
  const timer = setInterval(() => {
    store.removeExpired().catch((error: Error) => log.warn('expiry_failed', { error: error.message }));
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
