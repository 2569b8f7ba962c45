import { randomUUID } from 'node:crypto';
import {
  claimsOfEvent,
  claimsOfPosition,
  digestOfEvents,
  type SecurityEvent,
  type SessionNews,
} from '@zt/kit/delegation';
import type { WatchSessionsResponse } from '@zt/proto/identity';
import { LRUCache } from 'lru-cache';

/** Says changes as signed events (RFC 8417; OpenID Shared Signals: CAEP, RISC), to one listener each. */
export interface SignedEvents {
  /** Yields when there is something to say, and nothing for a change that it could not sign: who listens notices that. */
  messagesOf(changes: AsyncIterable<SessionNews>, listener: EventListener): AsyncIterable<WatchSessionsResponse>;
}

export interface EventListener {
  /** SPIFFE ID at the other end of the stream. */
  readonly audience: string;
  /** As the listener made it up. */
  readonly state: string;
}

export interface SignedEventsOptions {
  /** The own SPIFFE ID. */
  readonly issuer: string;
  /** The audience of events that are for every workload. */
  readonly everybody: string;
  /** Signs claims as a token of the type `secevent+jwt`. */
  readonly sign: (claims: object) => Promise<string>;
  readonly now: () => Date;
}

/** Of a message, which must stay far below the 4 MiB that gRPC takes. */
const mostEvents = 1_000;
/** Far shorter than listeners take an event for, and than the key is published for that signed it. */
const keptMs = 30 * 60_000;

export function createSignedEvents({ issuer, everybody, sign, now }: SignedEventsOptions): SignedEvents {
  /** That a session has ended is told to each listener and in each stream, and never becomes untrue. */
  const endings = new LRUCache<string, Promise<string>>({ max: 50_000, ttl: keptMs });

  function signed(claims: object, audience: string): Promise<string> {
    const iat = Math.floor(now().getTime() / 1000);
    return sign({ iss: issuer, aud: audience, jti: randomUUID(), iat, ...claims });
  }

  function tokenOf(event: SecurityEvent): Promise<string> {
    if (event.kind !== 'session revoked') return signed(claimsOfEvent(event), everybody);
    const known = endings.get(event.sessionId);
    if (known !== undefined) return known;
    const token = signed(claimsOfEvent(event), everybody);
    endings.set(event.sessionId, token);
    return token;
  }

  return {
    async *messagesOf(changes, { audience, state }) {
      let sequence = 0;
      for await (const change of changes) {
        const events = eventsOf(change);
        do {
          const tokens = await Promise.all(events.splice(0, mostEvents).map(tokenOf));
          const complete = change.complete && events.length === 0;
          const position = { state, sequence, digest: digestOfEvents(tokens), complete };
          sequence += 1;
          yield { ...nothingPlain, securityEvents: [...tokens, await signed(claimsOfPosition(position), audience)] };
        } while (events.length > 0);
      }
    },
  };
}

/** For callers built before events were signed. */
export async function* plainMessagesOf(changes: AsyncIterable<SessionNews>): AsyncIterable<WatchSessionsResponse> {
  for await (const { endedSessionIds, blockedUserIds, unblockedUserIds, complete } of changes) {
    yield {
      endedSessionIds: [...endedSessionIds],
      blockedUserIds: [...blockedUserIds],
      unblockedUserIds: [...unblockedUserIds],
      complete,
      securityEvents: [],
    };
  }
}

const nothingPlain = { endedSessionIds: [], blockedUserIds: [], unblockedUserIds: [], complete: false };

/** Who is quarantined or blocked first: it is the most urgent. */
function eventsOf(change: SessionNews): SecurityEvent[] {
  return [
    ...change.quarantinedWorkloads.map((spiffeId) => ({ kind: 'workload disabled', spiffeId }) as const),
    ...change.releasedWorkloads.map((spiffeId) => ({ kind: 'workload enabled', spiffeId }) as const),
    ...change.blockedUserIds.map((userId) => ({ kind: 'user disabled', userId }) as const),
    ...change.unblockedUserIds.map((userId) => ({ kind: 'user enabled', userId }) as const),
    ...change.endedSessionIds.map((sessionId) => ({ kind: 'session revoked', sessionId }) as const),
  ];
}
