import { decodeJwt, decodeProtectedHeader, type JWK, type JWTPayload, jwtVerify } from 'jose';
import { parseSpiffeId, type SpiffeId } from '../../identity/spiffe-id.ts';

/** SPIFFE JWT-SVID, section 2.1. */
const algorithms = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512', 'PS256', 'PS384', 'PS512'];

export interface JwtSvidRules {
  readonly audience: string;
  /** The keys of a trust domain; none where it isn't known. */
  keysOf(trustDomain: string): readonly JWK[];
  readonly now: Date;
}

/**
 * Verifies a JWT-SVID of any known trust domain with the keys of just that domain (SPIFFE JWT-SVID, section 5).
 * Throws an error whose message says what is wrong with it.
 */
export async function verifyJwtSvid(
  token: string,
  { audience, keysOf, now }: JwtSvidRules,
): Promise<{ readonly spiffeId: SpiffeId; readonly claims: JWTPayload }> {
  const { kid, typ } = decodeProtectedHeader(token);
  if (kid === undefined || kid === '') throw new TypeError('token header is missing key id');
  if (typ !== undefined && typ !== 'JWT' && typ !== 'JOSE') throw new TypeError('token is not of type JWT or JOSE');
  const spiffeId = parseSpiffeId(decodeJwt(token).sub ?? '');
  const key = keysOf(spiffeId.trustDomain).find((candidate) => candidate.kid === kid && isForJwtSvids(candidate));
  if (key === undefined) throw new TypeError(`no key "${kid}" is known of trust domain ${spiffeId.trustDomain}`);
  // To the library a key with a use of SPIFFE's own is one that may not sign.
  const { use: _, ...usable } = key;
  const requiredClaims = ['sub', 'aud', 'exp'];
  const { payload } = await jwtVerify(token, usable, { algorithms, audience, requiredClaims, currentDate: now });
  return { spiffeId, claims: payload };
}

function isForJwtSvids({ use }: JWK): boolean {
  return use === undefined || use === 'jwt-svid';
}
