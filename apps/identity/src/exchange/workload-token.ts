import type { Reason } from '@zt/kit/errors';

/** Who asks for a token in its own name, and for which calls. */
export interface WorkloadTokenRequest {
  /** SPIFFE ID at the other end of the mutual TLS connection: there is no other way to say who asks. */
  readonly client: string;
  /** SPIFFE ID of the workload that the client is about to call. */
  readonly audience: string;
  readonly scopes: readonly string[];
}

export interface WorkloadTokenFacts {
  readonly now: Date;
  /** All that a token in the caller's own name may carry there; null where it makes no such call. */
  readonly scopesAlong: (caller: string, callee: string) => readonly string[] | null;
  /** The exchange's own SPIFFE ID. */
  readonly issuer: string;
  /** Of the token to be made. */
  readonly tokenId: string;
}

/** The claims of a token in a workload's own name: nobody acts in it, and it says nothing of a user or a session. */
export interface WorkloadClaims {
  readonly iss: string;
  readonly aud: string;
  readonly sub: string;
  readonly jti: string;
  readonly iat: number;
  readonly exp: number;
  readonly scope: string;
}

export type WorkloadTokenOutcome =
  | { readonly kind: 'granted'; readonly claims: WorkloadClaims }
  | { readonly kind: 'refused'; readonly reason: Reason; readonly detail: string };

const lifeSeconds = 60;

/** Decides on a token in the client's own name (RFC 6749, section 4.4): along the access graph, and for no more. No I/O and no clock. */
export function issueWorkloadToken(request: WorkloadTokenRequest, facts: WorkloadTokenFacts): WorkloadTokenOutcome {
  const { client, audience } = request;
  const possible = facts.scopesAlong(client, audience);
  if (possible === null) {
    return refused('caller_not_allowed', 'client does not call that workload in its own name');
  }
  const scopes = [...new Set(request.scopes)].toSorted();
  if (!scopes.every((scope) => possible.includes(scope))) {
    return refused('scope_missing', 'a scope is asked for that the workload’s methods do not need');
  }
  const iat = Math.floor(facts.now.getTime() / 1000);
  return {
    kind: 'granted',
    claims: {
      iss: facts.issuer,
      aud: audience,
      sub: client,
      jti: facts.tokenId,
      iat,
      exp: iat + lifeSeconds,
      scope: scopes.join(' '),
    },
  };
}

function refused(reason: Reason, detail: string): WorkloadTokenOutcome {
  return { kind: 'refused', reason, detail };
}
