import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '@zt/kit/service';
import type { WatchSessionsResponse } from '@zt/proto/identity';
import type { SessionNews, SessionStore } from './session-store.ts';

/** Tells services which sessions are over and who is blocked, for as long as they listen. */
export interface SessionFeed {
  /**
   * All that counts now, then each change, and a message without content every few seconds: whoever hears nothing for
   * longer knows that it knows nothing. Says nothing while the database can't be asked.
   */
  watch(signal: AbortSignal): AsyncIterable<WatchSessionsResponse>;
  /** Looks for changes at once, and not only when it would have. */
  lookNow(): void;
  /** Ends all streams. */
  close(): void;
}

export interface SessionFeedOptions {
  readonly store: Pick<SessionStore, 'news'>;
  readonly log: Log;
  /** What another copy of the service did is seen this much later at most. */
  readonly everyMs?: number;
  readonly heartbeatMs?: number;
}

interface Known {
  readonly ended: ReadonlySet<string>;
  readonly blocked: ReadonlySet<string>;
}

export function createSessionFeed({
  store,
  log,
  everyMs = 1_000,
  heartbeatMs = 4_000,
}: SessionFeedOptions): SessionFeed {
  const closed = new AbortController();
  let known: Known | null = null;
  /** Counts looks that succeeded. */
  let looks = 0;
  let look = Promise.withResolvers<void>();
  let pause = new AbortController();
  let fails = false;
  closed.signal.addEventListener('abort', () => pause.abort(), { once: true });

  async function lookOnce(): Promise<void> {
    try {
      known = setsOf(await store.news());
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
        const message = messageOf(told, known);
        if (!saysSomething(message) && performance.now() - toldAt < heartbeatMs) continue;
        told = known;
        toldAt = performance.now();
        yield message;
      }
    },
    lookNow: () => pause.abort(),
    close: () => closed.abort(),
  };
}

function setsOf({ endedSessionIds, blockedUserIds }: SessionNews): Known {
  return { ended: new Set(endedSessionIds), blocked: new Set(blockedUserIds) };
}

/** What is new. That a session is left out because its tokens are no more is no news. */
function messageOf(before: Known | null, now: Known): WatchSessionsResponse {
  return {
    endedSessionIds: [...now.ended].filter((id) => before?.ended.has(id) !== true),
    blockedUserIds: [...now.blocked].filter((id) => before?.blocked.has(id) !== true),
    unblockedUserIds: [...(before?.blocked ?? [])].filter((id) => !now.blocked.has(id)),
    complete: before === null,
  };
}

function saysSomething(message: WatchSessionsResponse): boolean {
  const { endedSessionIds, blockedUserIds, unblockedUserIds, complete } = message;
  return complete || endedSessionIds.length + blockedUserIds.length + unblockedUserIds.length > 0;
}
