/** What is known of a workload: `unknown` where identity has not said for too long who is quarantined. */
export type PeerStanding = 'trusted' | 'quarantined' | 'unknown';

/** Knows which workloads count no more, whatever their certificates say. */
export interface PeerWatch {
  standingOf(spiffeId: string): PeerStanding;
  /** Tells of each workload once, when it becomes known that it is quarantined. */
  onQuarantined(listener: (spiffeId: string) => void): void;
}
