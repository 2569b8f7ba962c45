import { type ActClaim, actClaim, longestChain, type VerifiedToken } from '@zt/kit/delegation';
import type { Reason } from '@zt/kit/errors';
import type { ExchangeGraph } from './exchange-graph.ts';
import type { SessionState } from './session-source.ts';

/** Who asks for which token. */
export interface ExchangeRequest {
  /** SPIFFE ID at the other end of the mutual TLS connection: there is no other way to say who asks. */
  readonly client: string;
  /** Verified, except for who presents it. */
  readonly subject: VerifiedToken;
  /** SPIFFE ID of the workload that the client is about to call. */
  readonly audience: string;
  readonly scopes: readonly string[];
}

/** All that an exchange depends on besides the request. */
export interface ExchangeFacts {
  readonly now: Date;
  readonly graph: ExchangeGraph;
  /** Of the subject's session. */
  readonly session: SessionState;
  /** The exchange's own SPIFFE ID. */
  readonly issuer: string;
  /** Of the token to be made. */
  readonly tokenId: string;
}

/** The claims of an exchanged token (RFC 8693, section 4; RFC 7519). */
export interface ExchangedClaims {
  readonly iss: string;
  readonly aud: string;
  readonly sub: string;
  readonly jti: string;
  readonly iat: number;
  readonly exp: number;
  readonly sid: string;
  readonly roles: readonly string[];
  readonly scope: string;
  readonly act: ActClaim;
}

export type ExchangeOutcome =
  | { readonly kind: 'granted'; readonly claims: ExchangedClaims }
  | { readonly kind: 'refused'; readonly reason: Reason; readonly detail: string };

const longestLifeSeconds = 60;

/**
 * Decides an exchange (RFC 8693, section 2.1): the same user, the client on top of the chain, never more scope, never
 * more life, and only along the edges of the access graph. No I/O and no clock: the same facts give the same outcome.
 */
export function exchange(request: ExchangeRequest, facts: ExchangeFacts): ExchangeOutcome {
  const { client, subject, audience } = request;
  const { now, graph, session } = facts;

  if (subject.audience !== client) return refused('token_audience_wrong', 'subject token is not for the client');
  if (graph.isEntryPoint(client) !== (subject.chain.length === 0)) {
    return refused('token_type_wrong', 'users’ tokens are for entry points, exchanged ones for those behind them');
  }
  if (!chainIsAlongEdges(subject.chain, client, graph)) {
    return refused('chain_not_allowed', 'subject token took a way that the access graph does not have');
  }
  if (subject.chain.length >= longestChain) return refused('chain_not_allowed', 'chain is too long to grow');
  if (!(now < subject.expiresAt)) return refused('token_expired', 'subject token has expired');
  if (!session.active || !(now < session.endsAt)) return refused('session_ended', "user's session has ended");

  const possible = graph.scopesAlong(client, audience);
  if (possible === null) return refused('caller_not_allowed', 'client does not act for users towards that workload');
  const scopes = [...new Set(request.scopes)].toSorted();
  if (!scopes.every((scope) => subject.scopes.includes(scope))) {
    return refused('scope_missing', 'subject token does not have every scope that is asked for');
  }
  if (!scopes.every((scope) => possible.includes(scope))) {
    return refused('scope_missing', 'a scope is asked for that the workload’s methods do not need');
  }

  const iat = Math.floor(now.getTime() / 1000);
  const exp = Math.min(iat + longestLifeSeconds, wholeSeconds(session.endsAt), wholeSeconds(subject.expiresAt));
  if (exp <= iat) return refused('token_expired', 'less than a second is left of the subject token or the session');
  return {
    kind: 'granted',
    claims: {
      iss: facts.issuer,
      aud: audience,
      sub: subject.subject,
      jti: facts.tokenId,
      iat,
      exp,
      sid: subject.sessionId,
      roles: subject.roles,
      scope: scopes.join(' '),
      act: actClaim([client, ...subject.chain]),
    },
  };
}

/** The graph may have become smaller since the subject token was made. */
function chainIsAlongEdges(chain: readonly string[], client: string, graph: ExchangeGraph): boolean {
  const path = [client, ...chain];
  const entry = path.at(-1);
  return (
    entry !== undefined &&
    graph.isEntryPoint(entry) &&
    chain.every((caller, index) => graph.scopesAlong(caller, path[index] ?? '') !== null)
  );
}

function wholeSeconds(instant: Date): number {
  return Math.floor(instant.getTime() / 1000);
}

function refused(reason: Reason, detail: string): ExchangeOutcome {
  return { kind: 'refused', reason, detail };
}
