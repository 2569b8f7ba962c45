import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { readOrMakeSecret } from '../secrets/secret-file.ts';

/** The key that signs notices (Ed25519, RFC 8037), and what merchants know of it. */
export interface NoticeKey {
  readonly keyId: string;
  readonly privateKey: KeyObject;
  /** A JWK Set (RFC 7517, section 5). */
  readonly publicKeys: { readonly keys: readonly object[] };
}

export function provideNoticeKey(directory: string): NoticeKey {
  const pem = readOrMakeSecret(join(directory, 'notice.key'), () =>
    generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  );
  const privateKey = createPrivateKey(pem);
  const { kty, crv, x } = createPublicKey(privateKey).export({ format: 'jwk' });
  // RFC 7638, section 3.2: the members in the order of the alphabet.
  const keyId = createHash('sha256').update(JSON.stringify({ crv, kty, x })).digest('base64url');
  return { keyId, privateKey, publicKeys: { keys: [{ kty, crv, x, kid: keyId, use: 'sig', alg: 'EdDSA' }] } };
}
