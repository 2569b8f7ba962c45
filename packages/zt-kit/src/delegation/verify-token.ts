import { ZeroTrustError } from '../errors.ts';
import { createSubjectTokenVerifier, type SubjectTokenVerifierOptions } from './subject-token.ts';
import { isWorkload, type VerifiedToken } from './token-claims.ts';

export type { VerifiedToken } from './token-claims.ts';

/** Checks a token that came with a call, and that whoever sent it is the one it was made for. */
export interface TokenVerifier {
  /**
   * `peer` is the SPIFFE ID at the other end of this very connection, null where it carries none.
   * Throws a `ZeroTrustError` with a `token_…` reason or `signing_keys_unavailable`, and nothing else.
   */
  verify(token: string, expected: { readonly peer: string | null }, now: Date): Promise<VerifiedToken>;
}

export interface TokenVerifierOptions extends SubjectTokenVerifierOptions {
  /** The own SPIFFE ID. */
  readonly audience: string;
}

/**
 * A verifier for a service. An exchanged token is worth something only from the workload that its `act` names, one in a
 * workload's own name only from that workload, so a stolen one is worth nothing; it is bound to the identity and not to a
 * certificate, and so survives rotation.
 */
export function createTokenVerifier({ audience, ...options }: TokenVerifierOptions): TokenVerifier {
  const verifier = createSubjectTokenVerifier(options);
  return {
    verify: async (token, { peer }, now) => {
      const verified = await verifier.verify(token, { audience }, now);
      if (options.type === 'obo+jwt' && actorOf(verified) !== peer) {
        throw new ZeroTrustError(
          'token_actor_mismatch',
          'token was made for another workload than the one that sent it',
        );
      }
      return verified;
    },
  };
}

function actorOf({ subject, chain }: VerifiedToken): string | undefined {
  return isWorkload(subject) ? subject : chain[0];
}
