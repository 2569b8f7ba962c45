import { createPublicKey, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import type { securityEventType, TokenType } from '@zt/kit/delegation';
import { type JSONWebKeySet, type JWK, SignJWT } from 'jose';

/** Signs the tokens of the exchange, and what services are told: which of both it is stands in the type. */
export interface SigningKeys {
  sign(type: TokenType | typeof securityEventType, claims: object, now: Date): Promise<string>;
  /** The public keys: those that sign, did so lately, or will do so next. */
  publicKeys(now: Date): JSONWebKeySet;
}

interface SigningKey {
  readonly id: string;
  readonly privateKey: KeyObject;
  readonly publicJwk: JWK;
}

const rotationMs = 60 * 60_000;

/**
 * ES256 keys that exist in memory only and sign for an hour each. The next one is published an hour before it signs,
 * and the last one an hour after, so that no verifier meets a key that it could not have known.
 */
export function createSigningKeys(startedAt: Date): SigningKeys {
  let ring = { last: null as SigningKey | null, current: createKey(), next: createKey() };
  let currentSince = startedAt.getTime();

  function rotateUntil(now: Date): typeof ring {
    const rotations = Math.floor((now.getTime() - currentSince) / rotationMs);
    // After a long sleep two steps leave none of the old keys signing; more would change nothing.
    for (let step = 0; step < Math.min(rotations, 2); step++) {
      ring = { last: ring.current, current: ring.next, next: createKey() };
    }
    if (rotations > 0) currentSince += rotations * rotationMs;
    return ring;
  }

  return {
    sign(type, claims, now) {
      const { id, privateKey } = rotateUntil(now).current;
      return new SignJWT({ ...claims }).setProtectedHeader({ alg: 'ES256', typ: type, kid: id }).sign(privateKey);
    },
    publicKeys(now) {
      const { last, current, next } = rotateUntil(now);
      const published = last === null ? [current, next] : [last, current, next];
      return { keys: published.map(({ publicJwk }) => publicJwk) };
    },
  };
}

function createKey(): SigningKey {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const id = randomUUID();
  const { kty, crv, x, y } = createPublicKey(privateKey).export({ format: 'jwk' });
  return { id, privateKey, publicJwk: { kty, crv, x, y, kid: id, alg: 'ES256', use: 'sig' } as JWK };
}
