import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import type { JSONWebKeySet } from 'jose';

/** Signs whatever a test asks for, well formed or not. */
export interface TestTokenIssuer {
  readonly issuer: string;
  readonly jwks: JSONWebKeySet;
  /** Signs claims; `header` and `claims` given here replace the usual ones, `undefined` takes one away. */
  issue(claims: Readonly<Record<string, unknown>>, header?: Readonly<Record<string, unknown>>): string;
  /** Signs texts, or bytes, just as they are. */
  signText(header: string | Uint8Array, payload: string | Uint8Array): string;
}

/** An issuer of tokens of one type, with a key of its own. */
export function createTestTokenIssuer(issuer: string, type: string, alg: 'ES256' | 'EdDSA' = 'ES256'): TestTokenIssuer {
  const isEs256 = alg === 'ES256';
  const { privateKey, publicKey } = isEs256
    ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
    : generateKeyPairSync('ed25519');
  const keyId = randomUUID();

  function signText(header: string | Uint8Array, payload: string | Uint8Array): string {
    const signed = `${Buffer.from(header).toString('base64url')}.${Buffer.from(payload).toString('base64url')}`;
    const signature = sign(isEs256 ? 'sha256' : null, Buffer.from(signed), {
      key: privateKey,
      dsaEncoding: 'ieee-p1363',
    });
    return `${signed}.${signature.toString('base64url')}`;
  }

  return {
    issuer,
    jwks: {
      keys: [{ ...publicKey.export({ format: 'jwk' }), kty: isEs256 ? 'EC' : 'OKP', kid: keyId, alg, use: 'sig' }],
    },
    issue: (claims, header = {}) =>
      signText(
        JSON.stringify({ alg, typ: type, kid: keyId, ...header }),
        JSON.stringify({ iss: issuer, jti: randomUUID(), ...claims }),
      ),
    signText,
  };
}
