import { ZeroTrustError } from '../errors.ts';
import type { PeerIdentity } from './peer-verification.ts';

/**
 * Decides whether a verified peer may have a connection at all. Throws a `ZeroTrustError` where it may not. Which
 * methods it may call is policy's to say, per call.
 */
export type PeerAuthorizer = (peer: PeerIdentity) => void;

/** Accepts the workloads of this list, by SPIFFE ID. */
export function authorizeSpiffeIds(...uris: readonly [string, ...string[]]): PeerAuthorizer {
  const allowed = new Set(uris);
  return function authorizeListedPeer(peer) {
    if (!allowed.has(peer.spiffeId.uri)) {
      throw new ZeroTrustError('peer_not_expected', `${peer.spiffeId.uri} is not a peer of this connection`);
    }
  };
}

/** Accepts every workload of one trust domain: for servers that decide each call by policy and record every refusal. */
export function authorizeTrustDomainMembers(trustDomain: string): PeerAuthorizer {
  return function authorizeMember(peer) {
    if (peer.spiffeId.trustDomain !== trustDomain) {
      throw new ZeroTrustError('peer_not_expected', `${peer.spiffeId.uri} is not of the trust domain ${trustDomain}`);
    }
  };
}
