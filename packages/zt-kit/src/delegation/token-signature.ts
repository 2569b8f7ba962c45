import { compactVerify } from 'jose';
import { ZeroTrustError } from '../errors.ts';
import type { SigningAlgorithm, SigningKeySource } from './signing-keys.ts';

/** Clocks of two machines differ by no more than this; it never makes a token live longer. */
export const clockSkewMs = 5_000;

/** Headers that bring a key along or change what is signed. Nobody here needs them, so nobody here reads them. */
const refusedHeaders = ['crit', 'b64', 'jwk', 'jku', 'x5c', 'x5u', 'zip'];

/** Gives the id of the key that is said to have signed (RFC 8725, sections 3.1 and 3.11). Throws a `token_…` reason. */
export function checkHeader(
  header: Readonly<Record<string, unknown>>,
  expected: { readonly types: readonly (string | undefined)[]; readonly algorithm: SigningAlgorithm },
): string {
  if (header.alg !== expected.algorithm) {
    throw new ZeroTrustError('token_algorithm_not_allowed', `token is not signed with ${expected.algorithm}`);
  }
  if (!expected.types.includes(header.typ as string | undefined)) {
    throw new ZeroTrustError('token_type_wrong', `token is not of type ${expected.types.join(' or ')}`);
  }
  const refused = refusedHeaders.find((name) => header[name] !== undefined);
  if (refused !== undefined) throw new ZeroTrustError('token_malformed', `token has a ${refused} header`);
  const keyId = header.kid;
  if (typeof keyId !== 'string' || keyId === '') {
    throw new ZeroTrustError('token_malformed', 'token does not say which key signed it');
  }
  return keyId;
}

/** Throws `token_signature_invalid`, or what the key source throws. */
export async function verifySignature(
  token: string,
  keyId: string,
  keys: SigningKeySource,
  algorithm: SigningAlgorithm,
): Promise<void> {
  const key = await keys.keyFor(keyId);
  try {
    await compactVerify(token, key, { algorithms: [algorithm] });
  } catch (cause) {
    throw new ZeroTrustError('token_signature_invalid', 'signature is not of the key that the token names', { cause });
  }
}
