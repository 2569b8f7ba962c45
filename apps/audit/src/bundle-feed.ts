import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BundleStore } from './bundle-store.ts';

/** Tells services of the policy bundle published last, for as long as they listen. */
export interface BundleFeed {
  /** It, at once and when there is another, and again every few seconds. Says nothing while the database can't be asked. */
  watch(signal: AbortSignal): AsyncIterable<{ readonly statement: string }>;
  /** Looks at once, and not only when it would have. */
  lookNow(): void;
  /** Ends all streams. */
  close(): void;
}

export interface BundleFeedOptions {
  readonly store: Pick<BundleStore, 'last'>;
  /** Takes it for the ledger itself. */
  readonly take: (statement: string) => Promise<void>;
  readonly onFailure: (error: unknown) => void;
  /** What another copy of the service published is seen this much later at most. */
  readonly everyMs?: number;
  readonly repeatMs?: number;
}

export function createBundleFeed(options: BundleFeedOptions): BundleFeed {
  const { store, take, onFailure, everyMs = 1_000, repeatMs = 4_000 } = options;
  const closed = new AbortController();
  const looked = new EventTarget();
  let last: string | null = null;
  let pause = new AbortController();
  let fails = false;
  closed.signal.addEventListener('abort', () => pause.abort(), { once: true });

  async function lookOnAndOn(): Promise<void> {
    while (!closed.signal.aborted) {
      pause = new AbortController();
      try {
        last = (await store.last()) ?? '';
        fails = false;
        if (last !== '') await take(last);
        looked.dispatchEvent(new Event('look'));
      } catch (error) {
        if (!fails) onFailure(error);
        fails = true;
      }
      await sleep(everyMs, undefined, { signal: pause.signal }).catch(() => {});
    }
  }
  void lookOnAndOn();

  return {
    async *watch(signal) {
      const over = AbortSignal.any([signal, closed.signal]);
      let told: string | null = null;
      let toldAt = Number.NEGATIVE_INFINITY;
      while (!over.aborted) {
        if (last !== null && !fails && (last !== told || performance.now() - toldAt >= repeatMs)) {
          told = last;
          toldAt = performance.now();
          yield { statement: told };
        }
        await once(looked, 'look', { signal: over }).catch(() => {});
      }
    },
    lookNow: () => pause.abort(),
    close: () => closed.abort(),
  };
}
