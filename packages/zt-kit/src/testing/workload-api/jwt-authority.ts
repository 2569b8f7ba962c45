import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';

/** What a JWT-SVID says (SPIFFE JWT-SVID, section 3). */
export interface JwtSvidClaims {
  readonly spiffeId: string;
  readonly audience: readonly string[];
  readonly issuedAt: Date;
  readonly expiresAt: Date;
}

/** A key that signs JWT-SVIDs. It is in memory only. */
export interface JwtAuthority {
  readonly id: string;
  /** The public key as a SPIFFE bundle has it (Trust Domain and Bundle, section 4.2). */
  readonly jwk: JWK;
  sign(claims: JwtSvidClaims): Promise<string>;
}

export async function createJwtAuthority(): Promise<JwtAuthority> {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const key = await exportJWK(publicKey);
  const id = await calculateJwkThumbprint(key);
  return {
    id,
    jwk: Object.freeze({ ...key, kid: id, use: 'jwt-svid' }),
    sign: ({ spiffeId, audience, issuedAt, expiresAt }) =>
      new SignJWT()
        .setProtectedHeader({ alg: 'ES256', kid: id, typ: 'JWT' })
        .setSubject(spiffeId)
        .setAudience([...audience])
        .setIssuedAt(issuedAt)
        .setExpirationTime(expiresAt)
        .sign(privateKey),
  };
}
