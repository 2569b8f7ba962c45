import { factLimits } from '../limits.ts';
import type { PeerIdentity } from '../mtls/peer-verification.ts';

/** What is known of a call before it is decided; nothing of it is trusted but the peer. */
export interface CallFacts {
  readonly method: string;
  readonly bearerToken: string | null;
  /** Verified by the handshake; null where the listener asks for no certificate. */
  readonly peer: PeerIdentity | null;
  readonly address: string;
  readonly userAgent: string;
  readonly traceparent: string | null;
  readonly resource: Readonly<Record<string, string | number>>;
  readonly deadline: Date;
  readonly signal: AbortSignal;
  /** When the call arrived, as `performance.now()` gave it; where it is not said, when its decision began. */
  readonly arrivedAtMs?: number;
}

/** What a terminal acts on, or a database does not take: control and format characters, line ends, halves of characters. */
const unshowable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/**
 * Policy and ledger see a call before its request is checked: long texts must not make long records, and nothing in one
 * may hide it, or those beside it, from whoever reads the ledger.
 */
export function boundedFacts(facts: CallFacts): CallFacts {
  const texts = Object.entries(facts.resource).map(([name, value]) => [name, bounded(value)] as const);
  const { method, userAgent } = facts;
  return { ...facts, method: bounded(method), userAgent: bounded(userAgent), resource: Object.fromEntries(texts) };
}

function bounded<Value extends string | number>(value: Value): Value | string {
  return typeof value === 'string' ? value.slice(0, factLimits.textCharacters).replace(unshowable, '\ufffd') : value;
}
