import { setTimeout as sleep } from 'node:timers/promises';
import type { PeerWatch, SessionNews } from '@zt/kit/delegation';
import type { Log } from '@zt/kit/service';
import type { QuarantineStore } from '../workloads/quarantine-store.ts';
import type { SessionStore } from './session-store.ts';

/**
 * Tells services which sessions are over, who is blocked and which workloads are quarantined, for as long as they listen;
 * and this service itself, which is asked by workloads too.
 */
export interface SessionFeed extends PeerWatch {
  /**
   * All that counts now, then each change, and a message without content every few seconds: whoever hears nothing for
   * longer knows that it knows nothing. Says nothing while the database can't be asked.
   */
  watch(signal: AbortSignal): AsyncIterable<SessionNews>;
  /** Waits until the database has been asked, or for this long. */
  known(timeoutMs: number): Promise<void>;
  /** Looks for changes at once, and not only when it would have. */
  lookNow(): void;
  /** Ends all streams. */
  close(): void;
}

export interface SessionFeedOptions {
  readonly store: Pick<SessionStore, 'news'>;
  readonly quarantine: Pick<QuarantineStore, 'list'>;
  readonly log: Log;
  /** What another copy of the service did is seen this much later at most. */
  readonly everyMs?: number;
  readonly heartbeatMs?: number;
  /** What the database said of workloads counts here for no longer than this. */
  readonly silenceMs?: number;
}

interface Known {
  readonly ended: ReadonlySet<string>;
  readonly blocked: ReadonlySet<string>;
  readonly quarantined: ReadonlySet<string>;
}

export function createSessionFeed({
  store,
  quarantine,
  log,
  everyMs = 1_000,
  heartbeatMs = 4_000,
  silenceMs = 15_000,
}: SessionFeedOptions): SessionFeed {
  const closed = new AbortController();
  const listeners: ((spiffeId: string) => void)[] = [];
  let known: Known | null = null;
  let knownAt = Number.NEGATIVE_INFINITY;
  /** Counts looks that succeeded. */
  let looks = 0;
  let look = Promise.withResolvers<void>();
  let pause = new AbortController();
  let fails = false;
  closed.signal.addEventListener('abort', () => pause.abort(), { once: true });

  async function lookOnce(): Promise<void> {
    try {
      const askedAt = performance.now();
      const [news, workloads] = await Promise.all([store.news(), quarantine.list()]);
      const before = known;
      known = {
        ended: new Set(news.endedSessionIds),
        blocked: new Set(news.blockedUserIds),
        quarantined: new Set(workloads.map(({ spiffeId }) => spiffeId)),
      };
      knownAt = askedAt;
      for (const id of missing(before?.quarantined, known.quarantined)) for (const tell of listeners) tell(id);
      looks += 1;
      if (fails) log.info('sessions_known_again');
      fails = false;
      look.resolve();
      look = Promise.withResolvers();
    } catch (error) {
      if (!fails) log.warn('sessions_unknown', { error: error instanceof Error ? error.message : String(error) });
      fails = true;
    }
  }

  async function lookOnAndOn(): Promise<void> {
    while (!closed.signal.aborted) {
      pause = new AbortController();
      await lookOnce();
      await sleep(everyMs, undefined, { signal: pause.signal }).catch(() => {});
    }
  }
  void lookOnAndOn();

  /** False where the stream is over. */
  async function nextLook(seen: number, over: AbortSignal): Promise<boolean> {
    while (looks === seen && !over.aborted) {
      const ended = Promise.withResolvers<void>();
      const end = (): void => ended.resolve();
      over.addEventListener('abort', end, { once: true });
      await Promise.race([look.promise, ended.promise]);
      over.removeEventListener('abort', end);
    }
    return !over.aborted;
  }

  return {
    async *watch(signal) {
      const over = AbortSignal.any([signal, closed.signal]);
      let told: Known | null = null;
      let toldAt = Number.NEGATIVE_INFINITY;
      // What was known a moment ago may not be what counts now.
      let seen = looks;
      while (await nextLook(seen, over)) {
        seen = looks;
        if (known === null) continue;
        const change = changeOf(told, known);
        if (!saysSomething(change) && performance.now() - toldAt < heartbeatMs) continue;
        told = known;
        toldAt = performance.now();
        yield change;
      }
    },
    standingOf(spiffeId) {
      if (known?.quarantined.has(spiffeId)) return 'quarantined';
      return performance.now() - knownAt > silenceMs ? 'unknown' : 'trusted';
    },
    onQuarantined: (listener) => void listeners.push(listener),
    async known(timeoutMs) {
      if (known === null) await nextLook(0, AbortSignal.any([closed.signal, AbortSignal.timeout(timeoutMs)]));
    },
    lookNow: () => pause.abort(),
    close: () => closed.abort(),
  };
}

/** What is new. That a session is left out because its tokens are no more is no news. */
function changeOf(before: Known | null, now: Known): SessionNews {
  return {
    endedSessionIds: missing(before?.ended, now.ended),
    blockedUserIds: missing(before?.blocked, now.blocked),
    unblockedUserIds: missing(now.blocked, before?.blocked),
    quarantinedWorkloads: missing(before?.quarantined, now.quarantined),
    releasedWorkloads: missing(now.quarantined, before?.quarantined),
    complete: before === null,
  };
}

/** Those of the second that the first lacks. */
function missing(from: ReadonlySet<string> = new Set(), of: ReadonlySet<string> = new Set()): string[] {
  return [...of].filter((id) => !from.has(id));
}

function saysSomething({ complete, ...news }: SessionNews): boolean {
  return complete || Object.values(news).some((ids) => ids.length > 0);
}
