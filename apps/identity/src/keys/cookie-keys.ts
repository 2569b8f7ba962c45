import { createPublicKey, generateKeyPairSync, type KeyObject, randomUUID, sign, verify } from 'node:crypto';
import type { JWK } from 'jose';

/**
 * Signs cookies with a key in memory, and takes those of every key that is published: a login under way goes on at
 * another copy of the service, and after a restart. Has the shape of keygrip, which koa asks for.
 */
export interface CookieKeys {
  readonly publicJwk: JWK;
  sign(data: string): string;
  verify(data: string, signature: string): boolean;
  /** 0 where the signature is good, or else -1. Never more: then the cookie would be signed anew, and set at another path. */
  index(data: string, signature: string): number;
}

/** Ed25519. `published` gives the public keys of all copies. */
export function createCookieKeys(published: () => readonly JWK[]): CookieKeys {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const { kty, crv, x } = publicKey.export({ format: 'jwk' });
  const id = randomUUID();
  const publicJwk = { kty, crv, x, kid: id, alg: 'EdDSA', use: 'sig' } as JWK;
  const keys = new Map<string, KeyObject>([[id, publicKey]]);

  function keyOf(keyId: string): KeyObject | null {
    const jwk = keyId === id ? publicJwk : published().find(({ kid }) => kid === keyId);
    if (jwk === undefined) {
      keys.delete(keyId);
      return null;
    }
    const key = keys.get(keyId) ?? createPublicKey({ key: jwk as never, format: 'jwk' });
    keys.set(keyId, key);
    return key;
  }

  function isGood(data: string, signature: string): boolean {
    const [keyId = '', text = '', ...rest] = signature.split('.');
    const key = keyOf(keyId);
    return key !== null && rest.length === 0 && verify(null, Buffer.from(data), key, Buffer.from(text, 'base64url'));
  }

  return {
    publicJwk,
    sign: (data) => `${id}.${sign(null, Buffer.from(data), privateKey).toString('base64url')}`,
    verify: isGood,
    index: (data, signature) => (isGood(data, signature) ? 0 : -1),
  };
}
