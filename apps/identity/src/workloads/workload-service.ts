import type { Implementation, Log, Resources } from '@zt/kit/service';
import type { WorkloadServiceService } from '@zt/proto/identity';
import type { SessionFeed } from '../sessions/session-feed.ts';
import type { QuarantineStore } from './quarantine-store.ts';

export interface WorkloadServiceOptions {
  readonly quarantine: QuarantineStore;
  /** Throws where this workload can't be quarantined. */
  readonly assertQuarantinable: (spiffeId: string) => void;
  readonly feed: Pick<SessionFeed, 'lookNow'>;
  readonly log: Log;
}

/** What the ledger keeps: which workload it was about. */
export const workloadResources: Resources<typeof WorkloadServiceService> = {
  quarantineWorkload: ({ spiffeId }) => ({ workload: spiffeId }),
  releaseWorkload: ({ spiffeId }) => ({ workload: spiffeId }),
};

/** The workloads of this system, for the operator. */
export function createWorkloadService(options: WorkloadServiceOptions): Implementation<typeof WorkloadServiceService> {
  const { quarantine, assertQuarantinable, feed, log } = options;
  return {
    async quarantineWorkload({ spiffeId }, { decisionId }) {
      assertQuarantinable(spiffeId);
      await quarantine.add(spiffeId);
      feed.lookNow();
      log.warn('workload_quarantined', { workload: spiffeId, decisionId });
      return {};
    },
    async releaseWorkload({ spiffeId }, { decisionId }) {
      assertQuarantinable(spiffeId);
      await quarantine.remove(spiffeId);
      feed.lookNow();
      log.warn('workload_released', { workload: spiffeId, decisionId });
      return {};
    },
    async listQuarantinedWorkloads() {
      const listed = await quarantine.list();
      return { workloads: listed.map(({ spiffeId, since }) => ({ spiffeId, quarantinedAt: since.toISOString() })) };
    },
  };
}
