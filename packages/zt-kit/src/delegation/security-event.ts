import { ZeroTrustError } from '../errors.ts';
import { parseSpiffeId } from '../identity/spiffe-id.ts';

/** What happened, and to whom: what identity tells every service at once. */
export type SecurityEvent =
  | { readonly kind: 'session revoked'; readonly sessionId: string }
  | { readonly kind: 'user disabled' | 'user enabled'; readonly userId: string }
  /** Quarantined, and released: RISC's events, with a workload as their subject. */
  | { readonly kind: 'workload disabled' | 'workload enabled'; readonly spiffeId: string };

/** Where in its stream a message stands. What it says is signed, so nothing of the stream can be left out, moved or sent again. */
export interface StreamPosition {
  /** As the listener made it up for this stream. */
  readonly state: string;
  /** From 0 on, one more with each message. */
  readonly sequence: number;
  /** SHA-256 of the message's other events, as `digestOfEvents` makes it. */
  readonly digest: string;
  /** With this message all has been said that counted when the stream began: it replaces all that was known before. */
  readonly complete: boolean;
}

type Claims = Readonly<Record<string, unknown>>;

/** The `typ` of a Security Event Token (RFC 8417, section 2.3): no token of another kind is taken for one, nor one for a token. */
export const securityEventType = 'secevent+jwt';

const sessionRevoked = 'https://schemas.openid.net/secevent/caep/event-type/session-revoked';
const accountDisabled = 'https://schemas.openid.net/secevent/risc/event-type/account-disabled';
const accountEnabled = 'https://schemas.openid.net/secevent/risc/event-type/account-enabled';
const verification = 'https://schemas.openid.net/secevent/ssf/event-type/verification';

/** The claims that say it: the event, and its subject (RFC 9493; OpenID Shared Signals Framework 1.0, section 3). */
export function claimsOfEvent(event: SecurityEvent): Claims {
  switch (event.kind) {
    case 'session revoked':
      return { sub_id: { format: 'opaque', id: event.sessionId }, events: { [sessionRevoked]: {} } };
    case 'user disabled':
      return { sub_id: { format: 'opaque', id: event.userId }, events: { [accountDisabled]: {} } };
    case 'user enabled':
      return { sub_id: { format: 'opaque', id: event.userId }, events: { [accountEnabled]: {} } };
    case 'workload disabled':
      return { sub_id: { format: 'uri', uri: event.spiffeId }, events: { [accountDisabled]: {} } };
    case 'workload enabled':
      return { sub_id: { format: 'uri', uri: event.spiffeId }, events: { [accountEnabled]: {} } };
  }
}

/** The same for the last event of a message, whose subject is the stream. */
export function claimsOfPosition(position: StreamPosition): Claims {
  return { sub_id: { format: 'opaque', id: position.state }, events: { [verification]: position } };
}

/** Reads verified claims. Throws `token_malformed` where they say anything else: an event that is not understood is not passed over. */
export function parseSecurityEvent(claims: Claims): SecurityEvent {
  const { type, subject } = eventOf(claims);
  const isUri = subject.format === 'uri';
  switch (type) {
    case sessionRevoked:
      return { kind: 'session revoked', sessionId: opaqueId(subject) };
    case accountDisabled:
      return isUri
        ? { kind: 'workload disabled', spiffeId: spiffeIdOf(subject) }
        : { kind: 'user disabled', userId: opaqueId(subject) };
    case accountEnabled:
      return isUri
        ? { kind: 'workload enabled', spiffeId: spiffeIdOf(subject) }
        : { kind: 'user enabled', userId: opaqueId(subject) };
    default:
      throw malformed('event is of no known type');
  }
}

/** The same for the last event of a message. */
export function parseStreamPosition(claims: Claims): StreamPosition {
  const { type, payload, subject } = eventOf(claims);
  if (type !== verification) throw malformed('message does not end with a verification event');
  const { state, sequence, digest, complete } = payload;
  if (typeof state !== 'string' || state !== opaqueId(subject)) throw malformed('verification event has no state');
  if (typeof sequence !== 'number' || !Number.isSafeInteger(sequence)) throw malformed('event has no sequence');
  if (typeof digest !== 'string' || typeof complete !== 'boolean') throw malformed('event says not what it covers');
  return { state, sequence, digest, complete };
}

function eventOf(claims: Claims) {
  if (!isObject(claims.events)) throw malformed('token has no events');
  const [entry, ...others] = Object.entries(claims.events);
  if (entry === undefined || others.length > 0) throw malformed('token does not have exactly one event');
  const [type, payload] = entry;
  if (!isObject(payload) || !isObject(claims.sub_id)) throw malformed('event has no payload, or no subject');
  return { type, payload, subject: claims.sub_id };
}

function opaqueId({ format, id }: Claims): string {
  if (format !== 'opaque' || typeof id !== 'string' || id === '') throw malformed('subject is not of that format');
  return id;
}

function spiffeIdOf({ uri }: Claims): string {
  if (typeof uri !== 'string') throw malformed('subject has no uri');
  try {
    return parseSpiffeId(uri).uri;
  } catch (cause) {
    throw new ZeroTrustError('token_malformed', 'subject is no SPIFFE ID', { cause });
  }
}

function isObject(value: unknown): value is Claims {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function malformed(message: string): ZeroTrustError {
  return new ZeroTrustError('token_malformed', message);
}
