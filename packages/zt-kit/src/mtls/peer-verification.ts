import type { X509Certificate } from 'node:crypto';
import { ZeroTrustError } from '../errors.ts';
import type { SpiffeId } from '../identity/spiffe-id.ts';
import type { TrustBundle } from '../identity/trust-bundle.ts';
import { spiffeIdOfLeaf } from '../identity/x509-svid.ts';

/** A workload whose certificate was verified, at the other end of one connection. */
export interface PeerIdentity {
  readonly spiffeId: SpiffeId;
  /** Hexadecimal, of the leaf. */
  readonly serialNumber: string;
  /** No connection to this peer may outlive it. */
  readonly notAfter: Date;
  /** The authority that the chain ends in, as a SHA-256 fingerprint. */
  readonly authority: string;
}

const longestChain = 5;

/**
 * Verifies a peer's chain against the bundle of the peer's *own* trust domain (X.509-SVID section 5.2), so that a
 * federated authority can't vouch for the home domain even where TLS accepted the chain. The leaf comes first.
 * Throws a `ZeroTrustError` whose reason starts with `peer_`.
 */
export function verifyPeer(
  chain: readonly X509Certificate[],
  bundles: ReadonlyMap<string, TrustBundle>,
  now: Date,
): PeerIdentity {
  const leaf = chain[0];
  if (leaf === undefined) throw new ZeroTrustError('peer_certificate_missing', 'the peer sent no certificate');
  if (chain.length > longestChain) {
    throw new ZeroTrustError('peer_certificate_untrusted', `the chain has more than ${longestChain} certificates`);
  }
  const spiffeId = readSpiffeId(leaf);
  const bundle = bundles.get(spiffeId.trustDomain);
  if (bundle === undefined) {
    throw new ZeroTrustError('peer_trust_domain_unknown', `no bundle for the trust domain of ${spiffeId.uri}`);
  }
  for (const certificate of chain) requireLifetime(certificate, spiffeId, now);
  const authority = findAuthority(chain, bundle, now);
  if (authority === undefined) {
    throw new ZeroTrustError(
      'peer_certificate_untrusted',
      `no authority of its own trust domain vouches for ${spiffeId.uri}`,
    );
  }
  return Object.freeze({
    spiffeId,
    serialNumber: leaf.serialNumber,
    notAfter: chain.map((certificate) => certificate.validToDate).reduce((a, b) => (a < b ? a : b)),
    authority: authority.fingerprint256,
  });
}

/** Whether the authority that vouched for a peer is still in the bundle of the peer's trust domain. */
export function isVouchedFor(peer: PeerIdentity, bundles: ReadonlyMap<string, TrustBundle>): boolean {
  const authorities = bundles.get(peer.spiffeId.trustDomain)?.x509Authorities ?? [];
  return authorities.some((authority) => authority.fingerprint256 === peer.authority);
}

function readSpiffeId(leaf: X509Certificate): SpiffeId {
  try {
    return spiffeIdOfLeaf(leaf);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'unreadable';
    throw new ZeroTrustError('peer_spiffe_id_invalid', why, { cause });
  }
}

/** Conditions are put so that a date that is none refuses: that is how Node has one that OpenSSL can't read. */
function requireLifetime(certificate: X509Certificate, spiffeId: SpiffeId, now: Date): void {
  if (!(certificate.validFromDate <= now)) {
    throw new ZeroTrustError('peer_certificate_expired', `a certificate of ${spiffeId.uri} is not valid yet`);
  }
  if (!(now < certificate.validToDate)) {
    throw new ZeroTrustError('peer_certificate_expired', `a certificate of ${spiffeId.uri} ended its life`);
  }
}

/** Follows the chain as it was sent, link by link, until an authority of the bundle has signed. */
function findAuthority(chain: readonly X509Certificate[], bundle: TrustBundle, now: Date): X509Certificate | undefined {
  for (const [index, certificate] of chain.entries()) {
    const authority = bundle.x509Authorities.find(
      (candidate) => hasSigned(candidate, certificate) && isAlive(candidate, now),
    );
    if (authority !== undefined) return authority;
    const next = chain[index + 1];
    if (next === undefined || !next.ca || !hasSigned(next, certificate)) return undefined;
  }
  return undefined;
}

function hasSigned(issuer: X509Certificate, certificate: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

function isAlive(certificate: X509Certificate, now: Date): boolean {
  return certificate.validFromDate <= now && now < certificate.validToDate;
}
