import { createHash } from 'node:crypto';
import { ZeroTrustError } from '../errors.ts';
import { parseCompactToken } from './compact-token.ts';
import { parseSecurityEvent, parseStreamPosition, type SecurityEvent, securityEventType } from './security-event.ts';
import type { SigningKeySource } from './signing-keys.ts';
import { checkHeader, clockSkewMs, verifySignature } from './token-signature.ts';

/** What a message of a stream said, once all of it has been checked. */
export interface HeardEvents {
  readonly events: readonly SecurityEvent[];
  /** They are all that counts, and replace what was known before. */
  readonly complete: boolean;
}

/** Checks the messages of one stream of security events, one after the other. */
export interface SecurityEventReceiver {
  /**
   * Null where all that counts takes more messages. Throws a `ZeroTrustError` with a `token_…` reason or
   * `signing_keys_unavailable`: the stream is then not to be believed any more, and a new one needs a new receiver.
   */
  receive(tokens: readonly string[], now: Date): Promise<HeardEvents | null>;
}

export interface SecurityEventReceiverOptions {
  /** SPIFFE ID of whoever signs. */
  readonly issuer: string;
  /** The own SPIFFE ID: the end of each message is for this listener alone. */
  readonly audience: string;
  /** What the events themselves are for: everybody. */
  readonly everybody: string;
  /** Made up for this stream, and sent when it was opened. */
  readonly state: string;
  readonly keys: SigningKeySource;
}

/** What is signed anew for each message. Longer underway is as good as silence. */
const longestPositionAgeMs = 15_000;
/** Events are signed once and told to everybody, for as long. */
const longestEventAgeMs = 65 * 60_000;

/** Events are ES256 and of the type `secevent+jwt`; a message that is not the next one of this very stream is refused. */
export function createSecurityEventReceiver(options: SecurityEventReceiverOptions): SecurityEventReceiver {
  const { issuer, audience, everybody, state, keys } = options;
  let next = 0;
  let isComplete = false;
  let gathered: readonly SecurityEvent[] = [];

  async function verify(token: string, expected: { readonly audience: string; readonly oldestMs: number }, now: Date) {
    const { header, claims } = parseCompactToken(token);
    const keyId = checkHeader(header, { types: [securityEventType], algorithm: 'ES256' });
    await verifySignature(token, keyId, keys, 'ES256');
    if (claims.iss !== issuer) throw new ZeroTrustError('token_issuer_wrong', 'event is from another issuer');
    if (claims.aud !== expected.audience) throw new ZeroTrustError('token_audience_wrong', 'event is for others');
    const { iat, jti } = claims;
    if (typeof iat !== 'number' || !Number.isSafeInteger(iat) || typeof jti !== 'string' || jti === '') {
      throw new ZeroTrustError('token_malformed', 'event has no iat, or no jti');
    }
    // Put so that a date that is none refuses.
    const ageMs = now.getTime() - iat * 1000;
    if (!(ageMs >= -clockSkewMs)) throw new ZeroTrustError('token_not_yet_valid', 'event is of the future');
    if (!(ageMs <= expected.oldestMs + clockSkewMs)) throw new ZeroTrustError('token_expired', 'event is too old');
    return claims;
  }

  return {
    async receive(tokens, now) {
      const events = tokens.slice(0, -1);
      const last = tokens.at(-1);
      if (last === undefined) throw new ZeroTrustError('token_missing', 'message has no signed events');
      const position = parseStreamPosition(await verify(last, { audience, oldestMs: longestPositionAgeMs }, now));
      if (position.state !== state) throw outOfPlace('message is of another stream');
      if (position.sequence !== next) throw outOfPlace(`message ${position.sequence} came in the place of ${next}`);
      if (position.digest !== digestOfEvents(events)) throw outOfPlace('message has other events than were signed for');
      if (position.complete && isComplete) throw outOfPlace('stream says a second time that it begins');
      const verified: SecurityEvent[] = [];
      for (const token of events) {
        verified.push(
          parseSecurityEvent(await verify(token, { audience: everybody, oldestMs: longestEventAgeMs }, now)),
        );
      }
      next += 1;
      if (isComplete) return { events: verified, complete: false };
      gathered = [...gathered, ...verified];
      if (!position.complete) return null;
      isComplete = true;
      const all = gathered;
      gathered = [];
      return { events: all, complete: true };
    },
  };
}

/** Of the events of one message, in their order. */
export function digestOfEvents(tokens: readonly string[]): string {
  return createHash('sha256').update(tokens.join('\n')).digest('base64url');
}

function outOfPlace(message: string): ZeroTrustError {
  return new ZeroTrustError('token_malformed', message);
}
