import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import type { JSONWebKeySet } from 'jose';

/** Signs whatever a test asks for, well formed or not. */
export interface TestTokenIssuer {
  readonly issuer: string;
  readonly jwks: JSONWebKeySet;
  /** Signs claims with ES256; `header` and `claims` given here replace the usual ones, `undefined` takes one away. */
  issue(claims: Readonly<Record<string, unknown>>, header?: Readonly<Record<string, unknown>>): string;
  /** Signs texts just as they are. */
  signText(header: string, payload: string): string;
}

/** An issuer of tokens of one type, with a key of its own. */
export function createTestTokenIssuer(issuer: string, type: string): TestTokenIssuer {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const keyId = randomUUID();

  function signText(header: string, payload: string): string {
    const signed = `${Buffer.from(header).toString('base64url')}.${Buffer.from(payload).toString('base64url')}`;
    const signature = sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' });
    return `${signed}.${signature.toString('base64url')}`;
  }

  return {
    issuer,
    jwks: { keys: [{ ...publicKey.export({ format: 'jwk' }), kty: 'EC', kid: keyId, alg: 'ES256', use: 'sig' }] },
    issue: (claims, header = {}) =>
      signText(
        JSON.stringify({ alg: 'ES256', typ: type, kid: keyId, ...header }),
        JSON.stringify({ iss: issuer, jti: randomUUID(), ...claims }),
      ),
    signText,
  };
}
