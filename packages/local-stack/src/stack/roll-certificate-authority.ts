import { setTimeout as delay } from 'node:timers/promises';
import { type AuthoritySteps, type RollStep, rollAuthority } from '@zt/kit/testing/workload-api';

/** What the workloads are seen to have; each waits until all of them do, and throws where that takes too long. */
export interface RollObserver {
  /** Every workload, and Vault, got the trust bundle as it is since that time. */
  bundlesSince(time: Date, authorities: number): Promise<void>;
  /** Every workload has an SVID that was issued at that time or later. */
  svidsIssuedSince(time: Date): Promise<void>;
}

/** Certificates tell time in whole seconds. */
const secondMs = 1_100;

/**
 * Replaces the key with which SVIDs are signed, without a call that fails: the new authority is trusted before it
 * signs, and the old one is trusted until nobody has an SVID of it. Up to `taint`, the old one stays trusted. Returns the
 * ids of both.
 */
export async function rollCertificateAuthority(
  authority: AuthoritySteps,
  observer: RollObserver,
  onStep: (step: RollStep) => void,
  last: 'taint' | 'revoke' = 'revoke',
): Promise<{ readonly from: string; readonly to: string }> {
  let [from, to] = ['', ''];
  let activatedAt = new Date();
  async function settled(step: RollStep, id: string, begunAt: Date): Promise<void> {
    onStep(step);
    switch (step) {
      case 'prepare':
        to = id;
        return await observer.bundlesSince(begunAt, 2);
      case 'activate':
        activatedAt = new Date();
        return await delay(secondMs);
      case 'taint':
        from = id;
        return await observer.svidsIssuedSince(activatedAt);
      case 'revoke':
        return await observer.bundlesSince(begunAt, 1);
    }
  }
  await rollAuthority(authority, settled, last);
  return { from, to };
}
