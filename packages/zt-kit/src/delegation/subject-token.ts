import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { ZeroTrustError } from '../errors.ts';
import { parseCompactToken } from './compact-token.ts';
import type { SigningKeySource } from './signing-keys.ts';
import { notBefore, parseTokenClaims, type TokenType, type VerifiedToken } from './token-claims.ts';
import { checkHeader, clockSkewMs, verifySignature } from './token-signature.ts';

/** Checks everything about a token except who presents it: for the token exchange, where that is the token's audience. */
export interface SubjectTokenVerifier {
  /** Throws a `ZeroTrustError` with a `token_…` reason or `signing_keys_unavailable`, and nothing else. */
  verify(token: string, expected: { readonly audience: string }, now: Date): Promise<VerifiedToken>;
}

export interface SubjectTokenVerifierOptions {
  readonly type: TokenType;
  readonly issuer: string;
  readonly keys: SigningKeySource;
}

const longestLifeMs: Readonly<Record<TokenType, number>> = { 'at+jwt': 15 * 60_000, 'obo+jwt': 60_000 };
const keptTokens = 10_000;

/**
 * A verifier for one issuer and one type of token. Signatures are ES256 and nothing else (RFC 8725, sections 3.1, 3.11).
 * Tokens that verified are kept by their SHA-256 until they expire; audience and time are checked anew each time.
 */
export function createSubjectTokenVerifier({ type, issuer, keys }: SubjectTokenVerifierOptions): SubjectTokenVerifier {
  const verified = new LRUCache<string, VerifiedToken>({ max: keptTokens });

  async function verifyOnce(token: string, now: Date): Promise<VerifiedToken> {
    const { header, claims } = parseCompactToken(token);
    await verifySignature(token, checkHeader(header, { type, algorithm: 'ES256' }), keys, 'ES256');
    if (claims.iss !== issuer) throw new ZeroTrustError('token_issuer_wrong', 'token is from another issuer');
    const result = parseTokenClaims(type, claims);
    const start = notBefore(claims);
    if (start !== undefined && !(start.getTime() <= now.getTime() + clockSkewMs)) {
      throw new ZeroTrustError('token_not_yet_valid', 'token is not valid yet');
    }
    const lifeMs = result.expiresAt.getTime() - result.issuedAt.getTime();
    if (lifeMs <= 0 || lifeMs > longestLifeMs[type]) {
      throw new ZeroTrustError(
        'token_malformed',
        `token lives longer than ${longestLifeMs[type] / 1000} s, or not at all`,
      );
    }
    return result;
  }

  return {
    verify: async (token, expected, now) => {
      const digest = createHash('sha256').update(token).digest('base64');
      const known = verified.get(digest);
      const result = known ?? (await verifyOnce(token, now));
      checkCircumstances(result, expected.audience, now);
      if (known === undefined) {
        verified.set(digest, result, { ttl: Math.max(1, result.expiresAt.getTime() - now.getTime()) });
      }
      return result;
    },
  };
}

/** Conditions are put so that a date that is none refuses. */
function checkCircumstances(token: VerifiedToken, audience: string, now: Date): void {
  if (token.audience !== audience) throw new ZeroTrustError('token_audience_wrong', 'token is for somebody else');
  if (!(now.getTime() < token.expiresAt.getTime())) throw new ZeroTrustError('token_expired', 'token has expired');
  if (!(token.issuedAt.getTime() <= now.getTime() + clockSkewMs)) {
    throw new ZeroTrustError('token_not_yet_valid', 'token was issued in the future');
  }
}
