import type { WatchSessionsResponse } from '@zt/proto/identity';
import { LRUCache } from 'lru-cache';

/** What is known of a user's session: `unknown` where nobody has said anything about sessions for too long. */
export type SessionStanding = 'active' | 'ended' | 'blocked' | 'unknown';

/** Knows at every hop which sessions have ended and who is blocked, without asking for each call. */
export interface SessionWatch {
  /** `sessionId` is the `sid` of a user's token. */
  stateOf(sessionId: string, userId: string, now: Date): SessionStanding;
}

/** A watch together with what only whoever listens to identity may do. */
export interface FedSessionWatch extends SessionWatch {
  /** Takes a message of identity's. Throws a `TypeError` where it is one that nothing complete came before. */
  hear(message: WatchSessionsResponse): void;
  /** Forgets that there was a stream: the next one begins with all that counts. */
  lose(): void;
}

export interface SessionWatchOptions {
  /** Identity says something every few seconds; what it said counts for no longer than this. */
  readonly silenceMs?: number;
  /** A clock that never goes back and that nobody sets. */
  readonly nowMs?: () => number;
}

/** Longer than a user's token lives, an hour where another issuer's do: a session that ended before that has none left. */
const rememberedMs = 65 * 60_000;
const mostEndedSessions = 1_000_000;

/** Fails closed: at first, and after a silence, no session is known to be active. */
export function createSessionWatch({
  silenceMs = 15_000,
  nowMs = () => performance.now(),
}: SessionWatchOptions = {}): FedSessionWatch {
  const ended = new LRUCache<string, true>({
    // For a greatest number, given as `max`, it would take 44 MB at once.
    maxSize: mostEndedSessions,
    sizeCalculation: () => 1,
    ttl: rememberedMs,
    ttlResolution: 0,
    perf: { now: nowMs },
  });
  let blocked: ReadonlySet<string> = new Set();
  let heardAt = Number.NEGATIVE_INFINITY;
  let inStream = false;

  return {
    stateOf(sessionId, userId) {
      // Both stay so in a silence. That a user is blocked is why the session ended.
      if (blocked.has(userId)) return 'blocked';
      if (ended.has(sessionId)) return 'ended';
      return nowMs() - heardAt > silenceMs ? 'unknown' : 'active';
    },
    hear({ endedSessionIds, blockedUserIds, unblockedUserIds, complete }) {
      if (!complete && !inStream) throw new TypeError('a change of sessions came before what it changes');
      inStream = true;
      for (const id of endedSessionIds) ended.set(id, true);
      const others = complete ? [] : [...blocked].filter((id) => !unblockedUserIds.includes(id));
      blocked = new Set([...others, ...blockedUserIds]);
      heardAt = nowMs();
    },
    lose() {
      inStream = false;
    },
  };
}
