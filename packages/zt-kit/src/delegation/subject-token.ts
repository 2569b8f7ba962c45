import { createHash } from 'node:crypto';
import { compactVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { ZeroTrustError } from '../errors.ts';
import { parseCompactToken } from './compact-token.ts';
import type { SigningKeySource } from './signing-keys.ts';
import { notBefore, parseTokenClaims, type TokenType, type VerifiedToken } from './token-claims.ts';

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

/** Clocks of two machines differ by no more than this; it never makes a token live longer. */
const clockSkewMs = 5_000;
const longestLifeMs: Readonly<Record<TokenType, number>> = { 'at+jwt': 15 * 60_000, 'obo+jwt': 60_000 };
const keptTokens = 10_000;

/** Headers that bring a key along or change what is signed. Nobody here needs them, so nobody here reads them. */
const refusedHeaders = ['crit', 'b64', 'jwk', 'jku', 'x5c', 'x5u', 'zip'];

/**
 * A verifier for one issuer and one type of token. Signatures are ES256 and nothing else (RFC 8725, sections 3.1, 3.11).
 * Tokens that verified are kept by their SHA-256 until they expire; audience and time are checked anew each time.
 */
export function createSubjectTokenVerifier({ type, issuer, keys }: SubjectTokenVerifierOptions): SubjectTokenVerifier {
  const verified = new LRUCache<string, VerifiedToken>({ max: keptTokens });

  async function verifyOnce(token: string, now: Date): Promise<VerifiedToken> {
    const { header, claims } = parseCompactToken(token);
    await verifySignature(token, checkHeader(header, type), keys);
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

/** Gives the key id. */
function checkHeader(header: Readonly<Record<string, unknown>>, type: TokenType): string {
  if (header.alg !== 'ES256') {
    throw new ZeroTrustError('token_algorithm_not_allowed', 'token is not signed with ES256');
  }
  if (header.typ !== type) throw new ZeroTrustError('token_type_wrong', `token is not of type ${type}`);
  const refused = refusedHeaders.find((name) => header[name] !== undefined);
  if (refused !== undefined) throw new ZeroTrustError('token_malformed', `token has a ${refused} header`);
  const keyId = header.kid;
  if (typeof keyId !== 'string' || keyId === '') {
    throw new ZeroTrustError('token_malformed', 'token does not say which key signed it');
  }
  return keyId;
}

async function verifySignature(token: string, keyId: string, keys: SigningKeySource): Promise<void> {
  const key = await keys.keyFor(keyId);
  try {
    await compactVerify(token, key, { algorithms: ['ES256'] });
  } catch (cause) {
    throw new ZeroTrustError('token_signature_invalid', 'signature is not of the key that the token names', { cause });
  }
}

/** Conditions are put so that a date that is none refuses. */
function checkCircumstances(token: VerifiedToken, audience: string, now: Date): void {
  if (token.audience !== audience) throw new ZeroTrustError('token_audience_wrong', 'token is for somebody else');
  if (!(now.getTime() < token.expiresAt.getTime())) throw new ZeroTrustError('token_expired', 'token has expired');
  if (!(token.issuedAt.getTime() <= now.getTime() + clockSkewMs)) {
    throw new ZeroTrustError('token_not_yet_valid', 'token was issued in the future');
  }
}
