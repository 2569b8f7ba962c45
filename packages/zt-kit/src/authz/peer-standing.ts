import type { PeerWatch } from '../delegation/peer-watch.ts';
import { ZeroTrustError } from '../errors.ts';

/** Who stands behind a call, besides whoever it is on behalf of. */
export interface Passers {
  /** SPIFFE ID of the service that decides, which asks itself for its health whatever is known of it. */
  readonly service: string;
  /** SPIFFE ID at the other end of the connection; null where it carries none. */
  readonly peer: string | null;
  /** SPIFFE IDs that the call came by, as its token says. */
  readonly chain: readonly string[];
}

/** Why a call counts for nothing that comes from a quarantined workload, or by way of one; null where it does not. */
export function refusalOfPassers(peers: Pick<PeerWatch, 'standingOf'>, passers: Passers): ZeroTrustError | null {
  const { service, peer, chain } = passers;
  const others = [...(peer === null ? [] : [peer]), ...chain].filter((spiffeId) => spiffeId !== service);
  const quarantined = others.find((spiffeId) => peers.standingOf(spiffeId) === 'quarantined');
  if (quarantined !== undefined) return new ZeroTrustError('peer_quarantined', `${quarantined} is quarantined`);
  if (!others.some((spiffeId) => peers.standingOf(spiffeId) === 'unknown')) return null;
  return new ZeroTrustError('peer_state_unknown', 'identity has not said for too long who is quarantined');
}
