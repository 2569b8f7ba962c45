import type { SessionWatch } from '../delegation/session-watch.ts';
import { isWorkload } from '../delegation/token-claims.ts';
import type { TokenVerifier, VerifiedToken } from '../delegation/verify-token.ts';
import { ZeroTrustError } from '../errors.ts';
import type { MethodRule } from './authorizer.ts';
import type { CallFacts } from './call-facts.ts';

/** On whose behalf a call is, as far as that could be verified. */
export interface VerifiedCaller {
  /** Null where the method takes no token, or this one is worth nothing. */
  readonly token: VerifiedToken | null;
  /** Why the token is worth nothing, or its session nothing any more. */
  readonly refusal: ZeroTrustError | null;
  /** The token's user is blocked at this moment. */
  readonly blocked: boolean;
}

export interface CallerVerifierOptions {
  /** For users' tokens, and workloads' own. */
  readonly tokens: TokenVerifier;
  /** By name: who verifies what a third party signs. A third party without one is refused. */
  readonly thirdParties: Readonly<Record<string, TokenVerifier>>;
  /** Undefined for a service that nobody calls on a user's behalf. */
  readonly sessions: SessionWatch | undefined;
}

/** Verifies the token of a call as the method's rule asks for it. Never throws. */
export async function verifyCaller(
  options: CallerVerifierOptions,
  rule: MethodRule | undefined,
  facts: CallFacts,
  now: Date,
): Promise<VerifiedCaller> {
  if (rule === undefined || rule.onBehalfOf === 'nobody') return { token: null, refusal: null, blocked: false };
  try {
    if (facts.bearerToken === null) throw new ZeroTrustError('token_missing', 'the call carries no token');
    const verifier = rule.onBehalfOf === 'third party' ? verifierOf(options, rule.thirdParty) : options.tokens;
    const token = await verifier.verify(facts.bearerToken, { peer: facts.peer?.spiffeId.uri ?? null }, now);
    return { token, ...standingOf(options.sessions, rule, token, now) };
  } catch (cause) {
    const refusal =
      cause instanceof ZeroTrustError ? cause : new ZeroTrustError('token_malformed', 'unreadable', { cause });
    return { token: null, refusal, blocked: false };
  }
}

/** Whether a token is on behalf of a user, and neither of a workload nor of a third party. */
export function isOfUser(rule: MethodRule | undefined, token: VerifiedToken): boolean {
  return rule?.onBehalfOf !== 'third party' && !isWorkload(token.subject);
}

function verifierOf({ thirdParties }: CallerVerifierOptions, name: string | null): TokenVerifier {
  const verifier = name !== null && Object.hasOwn(thirdParties, name) ? thirdParties[name] : undefined;
  if (verifier === undefined) throw new ZeroTrustError('token_issuer_wrong', `nothing of ${name} is trusted here`);
  return verifier;
}

function standingOf(
  sessions: SessionWatch | undefined,
  rule: MethodRule,
  token: VerifiedToken,
  now: Date,
): Omit<VerifiedCaller, 'token'> {
  if (sessions === undefined || !isOfUser(rule, token)) return { refusal: null, blocked: false };
  const standing = sessions.stateOf(token.sessionId, token.subject, now);
  switch (standing) {
    case 'active':
      return { refusal: null, blocked: false };
    case 'blocked':
      return { refusal: null, blocked: true };
    case 'ended':
      return { refusal: new ZeroTrustError('session_ended', 'the session has ended'), blocked: false };
    case 'unknown':
      return {
        refusal: new ZeroTrustError('session_state_unknown', 'identity has not said for too long which sessions ended'),
        blocked: false,
      };
  }
}
