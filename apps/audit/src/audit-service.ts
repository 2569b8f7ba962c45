import type { RecordBatch } from '@zt/kit/audit';
import { ZeroTrustError } from '@zt/kit/errors';
import type { Implementation, Resources } from '@zt/kit/service';
import type { AuditServiceService } from '@zt/proto/audit';
import { checkBatch } from './audit.ts';
import type { AuditStore } from './audit-store.ts';

/** Answers audit.v1.AuditService. A writer is whoever is at the other end of the connection. */
export function createAuditService(options: {
  readonly store: AuditStore;
  readonly now: () => Date;
}): Implementation<typeof AuditServiceService> {
  const { store, now } = options;
  return {
    recordDecisions: async ({ spoolId, firstSequence, records }, { peer }) => {
      if (peer === null) throw new ZeroTrustError('peer_certificate_missing', 'records come from workloads');
      if (records.length > 0) {
        await store.keep(checkBatch({ spoolId, firstSequence, lines: records }, peer), now());
      }
      return { keptThrough: await store.keptThrough(peer, spoolId) };
    },
  };
}

/** Keeps the ledger's own records, in its own chain. */
export async function keepOwn(store: AuditStore, batch: RecordBatch, writer: string, now: Date): Promise<void> {
  await store.keep(checkBatch(batch, writer), now);
}

/** What policy sees of a request. */
export const auditResources: Resources<typeof AuditServiceService> = {
  recordDecisions: ({ spoolId, firstSequence, records }) => ({
    spool: spoolId.slice(0, 64),
    first: firstSequence,
    records: records.length,
  }),
};
