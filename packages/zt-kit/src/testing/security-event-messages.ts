import type { WatchSessionsResponse } from '@zt/proto/identity';
import { claimsOfEvent, claimsOfPosition, type SecurityEvent } from '../delegation/security-event.ts';
import { digestOfEvents } from '../delegation/security-event-receiver.ts';
import type { TestTokenIssuer } from './token-issuer.ts';

/** The messages of one stream of security events, as identity would sign them. */
export interface SecurityEventMessages {
  /** The next message; what is given besides replaces what its last event would say. */
  next(
    events: readonly SecurityEvent[],
    further?: { readonly complete?: boolean; readonly position?: object; readonly claims?: object },
  ): WatchSessionsResponse;
}

/** `issuer` signs tokens of the type `secevent+jwt`. */
export function createSecurityEventMessages(
  issuer: TestTokenIssuer,
  stream: { readonly audience: string; readonly everybody: string; readonly state: string },
): SecurityEventMessages {
  let sequence = 0;
  return {
    next(events, { complete = false, position = {}, claims = {} } = {}) {
      const iat = Math.floor(Date.now() / 1000);
      const tokens = events.map((event) => issuer.issue({ aud: stream.everybody, iat, ...claimsOfEvent(event) }));
      const place = { state: stream.state, sequence, digest: digestOfEvents(tokens), complete, ...position };
      sequence += 1;
      const last = issuer.issue({ aud: stream.audience, iat, ...claimsOfPosition(place), ...claims });
      const plain = { endedSessionIds: [], blockedUserIds: [], unblockedUserIds: [], complete: false };
      return { ...plain, securityEvents: [...tokens, last] };
    },
  };
}
