import type { PeerIdentity } from '../mtls/peer-verification.ts';

/** How many calls each workload has under way, over all its connections. */
export interface CallsOfPeers {
  /** Gives what to call when the call has ended, or undefined where the workload has too many: then there is none to end. */
  begin(peer: PeerIdentity, remote: string): (() => void) | undefined;
}

/** `onTooMany` is told of each call that was not taken. */
export function createCallsOfPeers(
  most: number,
  onTooMany: (peer: PeerIdentity, remote: string) => void = () => {},
): CallsOfPeers {
  const counts = new Map<string, number>();
  return {
    begin(peer, remote) {
      const { uri } = peer.spiffeId;
      const count = counts.get(uri) ?? 0;
      if (count >= most) {
        onTooMany(peer, remote);
        return undefined;
      }
      counts.set(uri, count + 1);
      return () => {
        const left = (counts.get(uri) ?? 1) - 1;
        if (left === 0) counts.delete(uri);
        else counts.set(uri, left);
      };
    },
  };
}
