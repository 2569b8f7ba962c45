import { createHmac, createPublicKey, type JsonWebKey } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { CompactEncrypt, importJWK } from 'jose';
import type { TestTokenIssuer } from './token-issuer.ts';

/** The parts of a token in compact form, signed by nobody. */
export function compact(header: object, payload: object | string | Uint8Array, signature: Uint8Array): string {
  const parts = [JSON.stringify(header), isBytes(payload) ? payload : JSON.stringify(payload), signature];
  return parts.map((part) => Buffer.from(part).toString('base64url')).join('.');
}

/** The ways in which a public key can be written, each of which somebody once took for a shared secret. */
export function publicKeyTexts({ jwks }: Pick<TestTokenIssuer, 'jwks'>): readonly Uint8Array[] {
  const jwk = jwks.keys[0] as JsonWebKey;
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  return [
    Buffer.from(key.export({ type: 'spki', format: 'pem' })),
    key.export({ type: 'spki', format: 'der' }),
    Buffer.from(JSON.stringify(jwk)),
    Buffer.from(jwk.x ?? '', 'base64url'),
  ];
}

/** A token with a right HMAC under this secret (RFC 7518, section 3.2). */
export function macced(header: object, claims: object, secret: Uint8Array): string {
  const unsigned = compact({ alg: 'HS256', ...header }, claims, Buffer.alloc(0)).slice(0, -1);
  return `${unsigned}.${createHmac('sha256', secret).update(unsigned).digest('base64url')}`;
}

/** The token's signature with its bytes changed. */
export function resigned(token: string, change: (signature: Buffer) => Uint8Array): string {
  const [header, payload, signature = ''] = token.split('.');
  return `${header}.${payload}.${Buffer.from(change(Buffer.from(signature, 'base64url'))).toString('base64url')}`;
}

/** The same token with other claims and the signature that it had. */
export function reclaimed(token: string, changes: object): string {
  const [header, payload = '', signature] = token.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as object;
  return `${header}.${Buffer.from(JSON.stringify({ ...claims, ...changes })).toString('base64url')}.${signature}`;
}

/** The same bytes of a signature in another spelling: base64url leaves four bits of the last letter of 64 bytes unused. */
export function respelled(token: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return token.slice(0, -1) + alphabet[alphabet.indexOf(token.at(-1) ?? '') | 1];
}

/** A token within another that is encrypted to the very key that verifies it (RFC 7519, section 5.2), deflated where asked for. */
export async function encrypted(
  { jwks }: Pick<TestTokenIssuer, 'jwks'>,
  token: string,
  deflate = false,
): Promise<string> {
  const [jwk] = jwks.keys;
  const text = deflate ? deflateRawSync(token) : Buffer.from(token);
  const key = await importJWK({ ...jwk, alg: 'ECDH-ES', use: 'enc' }, 'ECDH-ES');
  const header = { alg: 'ECDH-ES', enc: 'A256GCM', cty: 'JWT', typ: 'obo+jwt', ...(jwk?.kid ? { kid: jwk.kid } : {}) };
  return new CompactEncrypt(text).setProtectedHeader(header).encrypt(key);
}

function isBytes(payload: object | string): payload is string | Uint8Array {
  return typeof payload === 'string' || payload instanceof Uint8Array;
}
