import { ZeroTrustError } from '../errors.ts';

/** What a handler may know of the call that it serves. Everything in it was verified; the token itself is not in it. */
export interface CallContext {
  readonly decisionId: string;
  /** W3C trace id, the same at every hop of one request. */
  readonly traceId: string;
  /** SPIFFE ID of the workload at the other end; null at the gateway, whose callers are browsers and command lines. */
  readonly peer: string | null;
  /** On whose behalf; null where the method is for workloads. */
  readonly user: User | null;
  /** The workloads that acted, as SPIFFE IDs: the one that acts now first. Empty at the gateway. */
  readonly chain: readonly string[];
  /** When the caller stops waiting. Calls made with this context take it over. */
  readonly deadline: Date;
  /** Aborts when the caller has gone. */
  readonly signal: AbortSignal;
}

export interface User {
  readonly id: string;
  readonly roles: readonly string[];
}

/** The user of a call that makes no sense without one. Throws `user_required`. */
export function requireUser(context: CallContext): User {
  if (context.user === null) throw new ZeroTrustError('user_required', 'the call is on behalf of nobody');
  return context.user;
}

const subjectTokens = new WeakMap<CallContext, string>();

/** Keeps the token that came with a call apart from the context that handlers see. */
export function bindSubjectToken(context: CallContext, token: string): void {
  subjectTokens.set(context, token);
}

/** The token that came with a call, for exchange only; undefined where it came without one. */
export function subjectTokenOf(context: CallContext): string | undefined {
  return subjectTokens.get(context);
}
