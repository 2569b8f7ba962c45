import { LRUCache } from 'lru-cache';
import type { PeerWatch } from './peer-watch.ts';

/** What is known of a user's session: `unknown` where nobody has said anything about sessions for too long. */
export type SessionStanding = 'active' | 'ended' | 'blocked' | 'unknown';

/** What identity says at one moment. */
export interface SessionNews {
  readonly endedSessionIds: readonly string[];
  readonly blockedUserIds: readonly string[];
  readonly unblockedUserIds: readonly string[];
  /** SPIFFE IDs. */
  readonly quarantinedWorkloads: readonly string[];
  readonly releasedWorkloads: readonly string[];
  /** All that counts, in the place of what was known before; otherwise only what is new. */
  readonly complete: boolean;
}

/** Knows at every hop which sessions have ended and who is blocked, without asking for each call. */
export interface SessionWatch {
  /** `sessionId` is the `sid` of a user's token. */
  stateOf(sessionId: string, userId: string, now: Date): SessionStanding;
}

/** A watch together with what only whoever listens to identity may do. */
export interface FedSessionWatch extends SessionWatch, PeerWatch {
  /** Takes what identity says. Throws a `TypeError` where it is a change that nothing complete came before. */
  hear(news: SessionNews): void;
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

/** Fails closed: at first, and after a silence, no session is known to be active, and no workload to be trusted. */
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
  const listeners: ((spiffeId: string) => void)[] = [];
  let blocked: ReadonlySet<string> = new Set();
  let quarantined: ReadonlySet<string> = new Set();
  let heardAt = Number.NEGATIVE_INFINITY;
  let inStream = false;

  const isSilent = (): boolean => nowMs() - heardAt > silenceMs;

  return {
    stateOf(sessionId, userId) {
      // Both stay so in a silence. That a user is blocked is why the session ended.
      if (blocked.has(userId)) return 'blocked';
      if (ended.has(sessionId)) return 'ended';
      return isSilent() ? 'unknown' : 'active';
    },
    standingOf(spiffeId) {
      if (quarantined.has(spiffeId)) return 'quarantined';
      return isSilent() ? 'unknown' : 'trusted';
    },
    onQuarantined: (listener) => void listeners.push(listener),
    hear(news) {
      const { complete } = news;
      if (!complete && !inStream) throw new TypeError('a change of sessions came before what it changes');
      inStream = true;
      for (const id of news.endedSessionIds) ended.set(id, true);
      blocked = changed(complete ? [] : blocked, news.blockedUserIds, news.unblockedUserIds);
      const before = quarantined;
      quarantined = changed(complete ? [] : quarantined, news.quarantinedWorkloads, news.releasedWorkloads);
      heardAt = nowMs();
      for (const id of quarantined) {
        if (!before.has(id)) for (const listener of listeners) listener(id);
      }
    },
    lose() {
      inStream = false;
    },
  };
}

function changed(before: Iterable<string>, added: readonly string[], removed: readonly string[]): ReadonlySet<string> {
  return new Set([...[...before].filter((id) => !removed.includes(id)), ...added]);
}
