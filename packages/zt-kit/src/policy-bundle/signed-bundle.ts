import { X509Certificate } from 'node:crypto';
import { CompactSign, compactVerify, decodeProtectedHeader } from 'jose';
import { parseUniqueJson } from '../delegation/unique-json.ts';
import { ZeroTrustError } from '../errors.ts';
import type { TrustBundle } from '../identity/trust-bundle.ts';
import type { X509Svid } from '../identity/x509-svid.ts';
import { type PeerIdentity, verifyPeer } from '../mtls/peer-verification.ts';
import { longestStatement, type PolicyBundle, parsePolicyBundle } from './policy-bundle.ts';

const typ = 'policy-bundle+jws';

/**
 * Signs with the key of the operator's own SVID, and adds its certificates (RFC 7515, section 4.1.6): there is no other key
 * to keep, and the SVID may end right after.
 */
export async function signPolicyBundle(bundle: PolicyBundle, svid: X509Svid): Promise<string> {
  const x5c = svid.certificates.map(({ raw }) => raw.toString('base64'));
  return await new CompactSign(new TextEncoder().encode(JSON.stringify(bundle)))
    .setProtectedHeader({ alg: 'ES256', typ, x5c })
    .sign(svid.privateKey);
}

export interface BundleTrust {
  /** SPIFFE ID of the one who may sign. */
  readonly signer: string;
  readonly bundles: ReadonlyMap<string, TrustBundle>;
}

export interface VerifiedBundle {
  readonly bundle: PolicyBundle;
  readonly signedBy: PeerIdentity;
}

/**
 * Verifies a signed bundle, as of the moment that it was signed at: whoever hears of it later has to be able to. That it
 * is of now is for whoever takes it from its signer to see. Throws `bundle_malformed` or `bundle_signature_invalid`.
 */
export async function verifyPolicyBundle(statement: string, trust: BundleTrust): Promise<VerifiedBundle> {
  if (statement.length > longestStatement) throw new ZeroTrustError('bundle_malformed', 'the bundle is too large');
  const chain = chainOf(statement);
  const payload = await payloadOf(statement, chain);
  const bundle = parsePolicyBundle(payload);
  try {
    const signedBy = verifyPeer(chain, trust.bundles, new Date(bundle.time));
    if (signedBy.spiffeId.uri !== trust.signer) throw new TypeError(`it is signed by ${signedBy.spiffeId.uri}`);
    return { bundle, signedBy };
  } catch (cause) {
    throw new ZeroTrustError('bundle_signature_invalid', cause instanceof Error ? cause.message : 'unreadable', {
      cause,
    });
  }
}

function chainOf(statement: string): readonly X509Certificate[] {
  try {
    const header = decodeProtectedHeader(statement);
    if (header.typ !== typ) throw new TypeError('it is signed as something else');
    return (header.x5c ?? []).map((der) => new X509Certificate(Buffer.from(der, 'base64')));
  } catch (cause) {
    throw new ZeroTrustError('bundle_malformed', 'it is no signed bundle', { cause });
  }
}

async function payloadOf(statement: string, [leaf]: readonly X509Certificate[]): Promise<unknown> {
  if (leaf === undefined) throw new ZeroTrustError('bundle_signature_invalid', 'it says nothing of who signed it');
  const verified = await compactVerify(statement, leaf.publicKey, { algorithms: ['ES256'] }).catch((cause: unknown) => {
    throw new ZeroTrustError('bundle_signature_invalid', 'its signature does not fit', { cause });
  });
  try {
    return parseUniqueJson(new TextDecoder('utf-8', { fatal: true }).decode(verified.payload));
  } catch (cause) {
    throw new ZeroTrustError('bundle_malformed', 'what is signed cannot be read', { cause });
  }
}
