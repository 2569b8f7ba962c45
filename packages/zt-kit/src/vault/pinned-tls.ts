import { X509Certificate } from 'node:crypto';
import type { PeerCertificate } from 'node:tls';
import { ZeroTrustError } from '../errors.ts';
import type { IdentitySnapshot } from '../identity/identity-snapshot.ts';
import type { SpiffeId } from '../identity/spiffe-id.ts';
import { pemOfX509Svid, spiffeIdOfLeaf } from '../identity/x509-svid.ts';

/** TLS options for one connection to one server, known by its SPIFFE ID. */
export interface PinnedServer {
  ca: string[];
  minVersion: 'TLSv1.3';
  rejectUnauthorized: true;
  checkServerIdentity: (host: string, certificate: PeerCertificate) => Error | undefined;
}

/** The same for a client that shows an SVID. */
export interface PinnedTls extends PinnedServer {
  cert: string;
  key: string;
}

/** What a TLS client of Node's takes to show this identity and to accept that peer only: `pinnedServer` has the rules. */
export function pinnedTls(identity: IdentitySnapshot, peer: SpiffeId): PinnedTls {
  return { ...pinnedServer(identity.bundles, peer), ...pemOfX509Svid(identity.svid) };
}

/**
 * What a TLS client of Node's takes to accept that peer only, and to show nothing of itself. The authorities are those of
 * the peer's own trust domain and no others, so that a federated one can't vouch for it. Throws
 * `peer_trust_domain_unknown` where there are none: an empty list would make Node fall back on the web's authorities.
 * Node skips the check of the name where a TLS session is resumed: callers don't keep sessions.
 */
export function pinnedServer(bundles: IdentitySnapshot['bundles'], peer: SpiffeId): PinnedServer {
  const authorities = bundles.get(peer.trustDomain)?.x509Authorities ?? [];
  if (authorities.length === 0) {
    throw new ZeroTrustError('peer_trust_domain_unknown', `no authority is known for ${peer.trustDomain}`);
  }
  return {
    ca: authorities.map((authority) => authority.toString()),
    minVersion: 'TLSv1.3',
    rejectUnauthorized: true,
    checkServerIdentity: (_host, certificate) => peerMismatch(certificate.raw, peer),
  };
}

function peerMismatch(leaf: Buffer, expected: SpiffeId): Error | undefined {
  try {
    const actual = spiffeIdOfLeaf(new X509Certificate(leaf));
    if (actual.uri === expected.uri) return undefined;
    return new ZeroTrustError('peer_not_expected', `expected ${expected.uri}, the server is ${actual.uri}`);
  } catch (error) {
    return new ZeroTrustError('peer_spiffe_id_invalid', 'the server has no valid SPIFFE ID', { cause: error });
  }
}
