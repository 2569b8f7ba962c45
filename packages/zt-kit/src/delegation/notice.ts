import { ZeroTrustError } from '../errors.ts';
import { parseCompactToken } from './compact-token.ts';
import type { SigningKeySource } from './signing-keys.ts';
import type { VerifiedToken } from './token-claims.ts';
import { checkHeader, clockSkewMs, verifySignature } from './token-signature.ts';

/** What a third party said and signed, once everything about it has been checked but its own claims. */
export interface VerifiedNotice extends VerifiedToken {
  /** All that was signed; whoever takes the notice reads from it what it is about. */
  readonly claims: Readonly<Record<string, unknown>>;
}

/** Verifies notices of one third party. It is a `TokenVerifier`: a kit trusts it for that party's calls. */
export interface NoticeVerifier {
  /**
   * Nobody is at the other end with a certificate, so `expected` is not looked at. Throws a `ZeroTrustError` with a
   * `token_…` reason or `signing_keys_unavailable`, and nothing else. Whether the notice came before is for whoever
   * keeps what it did: its `id` is the same each time.
   */
  verify(notice: string, expected: { readonly peer: string | null }, now: Date): Promise<VerifiedNotice>;
}

export interface NoticeVerifierOptions {
  /** The third party's name, which is the notice's subject as well. */
  readonly issuer: string;
  /** `settlement+jwt` */
  readonly type: string;
  /** The own SPIFFE ID. */
  readonly audience: string;
  /** The third party's own keys, for EdDSA. */
  readonly keys: SigningKeySource;
  /** Counted from when it was signed; whoever sends it again later signs it anew. */
  readonly longestAgeSeconds: number;
}

/** Signed with EdDSA and nothing else (RFC 8037; RFC 8935 for how such a notice is sent). */
export function createNoticeVerifier(options: NoticeVerifierOptions): NoticeVerifier {
  const { issuer, type, audience, keys, longestAgeSeconds } = options;
  return {
    async verify(notice, _expected, now) {
      const { header, claims } = parseCompactToken(notice);
      await verifySignature(notice, checkHeader(header, { types: [type], algorithm: 'EdDSA' }), keys, 'EdDSA');
      if (claims.iss !== issuer) throw new ZeroTrustError('token_issuer_wrong', 'notice is from somebody else');
      if (claims.aud !== audience) throw new ZeroTrustError('token_audience_wrong', 'notice is for somebody else');
      const { jti: id, iat } = claims;
      if (typeof id !== 'string' || !/^[\x21-\x7e]{1,128}$/.test(id)) throw malformed('notice has no usable jti');
      if (typeof iat !== 'number' || !Number.isSafeInteger(iat))
        throw malformed('notice does not say when it was signed');
      const issuedAt = new Date(iat * 1000);
      const expiresAt = new Date((iat + longestAgeSeconds) * 1000);
      // Put so that a date that is none refuses.
      if (!(now.getTime() < expiresAt.getTime())) throw new ZeroTrustError('token_expired', 'notice is too old');
      if (!(issuedAt.getTime() <= now.getTime() + clockSkewMs)) {
        throw new ZeroTrustError('token_not_yet_valid', 'notice was signed in the future');
      }
      const said = { roles: [], sessionId: '', scopes: [], chain: [] };
      return Object.freeze({ id, subject: issuer, audience, issuedAt, expiresAt, ...said, claims });
    },
  };
}

function malformed(message: string): ZeroTrustError {
  return new ZeroTrustError('token_malformed', message);
}
