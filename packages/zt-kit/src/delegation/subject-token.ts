import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { ZeroTrustError } from '../errors.ts';
import { parseCompactToken } from './compact-token.ts';
import type { SigningAlgorithm, SigningKeySource } from './signing-keys.ts';
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
  /** Where the issuer does not say things as this system does. */
  readonly dialect?: TokenDialect;
}

/** How an issuer's tokens look, where they are not what the type alone says. */
export interface TokenDialect {
  /** What their `typ` may be; undefined for a token that has none. */
  readonly types: readonly (string | undefined)[];
  readonly algorithm: SigningAlgorithm;
  readonly longestLifeSeconds: number;
  /** Says the same in this system's claims. Throws a `ZeroTrustError` with a `token_…` reason. */
  translate(claims: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>;
}

const longestLifeSeconds: Readonly<Record<TokenType, number>> = { 'at+jwt': 15 * 60, 'obo+jwt': 60 };
const keptTokens = 10_000;

/**
 * A verifier for one issuer and one type of token. Signatures are of one algorithm and nothing else, ES256 unless the
 * dialect names another (RFC 8725, sections 3.1, 3.11). Tokens that verified are kept by their SHA-256 until they expire;
 * audience and time are checked anew each time.
 */
export function createSubjectTokenVerifier(options: SubjectTokenVerifierOptions): SubjectTokenVerifier {
  const { type, issuer, keys, dialect = ownDialect(type) } = options;
  const verified = new LRUCache<string, VerifiedToken>({ max: keptTokens });

  async function verifyOnce(token: string, now: Date): Promise<VerifiedToken> {
    const { header, claims } = parseCompactToken(token);
    await verifySignature(token, checkHeader(header, dialect), keys, dialect.algorithm);
    if (claims.iss !== issuer) throw new ZeroTrustError('token_issuer_wrong', 'token is from another issuer');
    const result = parseTokenClaims(type, dialect.translate(claims));
    const start = notBefore(claims);
    if (start !== undefined && !(start.getTime() <= now.getTime() + clockSkewMs)) {
      throw new ZeroTrustError('token_not_yet_valid', 'token is not valid yet');
    }
    const lifeSeconds = (result.expiresAt.getTime() - result.issuedAt.getTime()) / 1000;
    if (lifeSeconds <= 0 || lifeSeconds > dialect.longestLifeSeconds) {
      throw new ZeroTrustError(
        'token_malformed',
        `token lives longer than ${dialect.longestLifeSeconds} s, or not at all`,
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

function ownDialect(type: TokenType): TokenDialect {
  return {
    types: [type],
    algorithm: 'ES256',
    longestLifeSeconds: longestLifeSeconds[type],
    translate: (claims) => claims,
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
