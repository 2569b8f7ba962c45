import type { RecordSink } from '@zt/kit/audit';
import { ZeroTrustError } from '@zt/kit/errors';
import type { Implementation, Resources } from '@zt/kit/service';
import type { AuditServiceService } from '@zt/proto/audit';
import { checkBatch, type Gap } from './audit.ts';
import type { AuditStore } from './audit-store.ts';
import type { BundleFeed } from './bundle-feed.ts';
import { pageTokenOf, parseDecisionFilter } from './decision-filter.ts';

/** Tells the operator of records that the ledger will never have. */
export type OnGap = (gap: Gap & { readonly writer: string; readonly spool: string }) => void;

/** Answers audit.v1.AuditService. A writer is whoever is at the other end of the connection. */
export function createAuditService(options: {
  readonly store: AuditStore;
  readonly now: () => Date;
  readonly onGap: OnGap;
  readonly bundles: {
    readonly publish: (statement: string) => Promise<number>;
    readonly feed: Pick<BundleFeed, 'watch'>;
  };
}): Implementation<typeof AuditServiceService> {
  const { store, now, onGap, bundles } = options;
  return {
    recordDecisions: async ({ spoolId, firstSequence, records, earlierAreGone }, { peer }) => {
      if (peer === null) throw new ZeroTrustError('peer_certificate_missing', 'records come from workloads');
      if (records.length > 0) {
        const batch = checkBatch({ spoolId, firstSequence, lines: records }, peer);
        const gap = await store.keep(batch, { earlierAreGone, now: now() });
        if (gap !== null) onGap({ ...gap, writer: peer, spool: spoolId });
      }
      const end = await store.end(peer, spoolId);
      return { keptThrough: end?.sequence ?? 0, keptHash: end?.hash ?? '' };
    },
    publishPolicyBundle: async ({ statement }) => ({ revision: await bundles.publish(statement) }),
    watchPolicyBundles: (_request, { signal }) => bundles.feed.watch(signal),
    listDecisions: async (request) => {
      const filter = parseDecisionFilter(request);
      // One more than asked for tells whether there is a next page.
      const found = await store.list({ ...filter, limit: filter.limit + 1 });
      const page = found.slice(0, filter.limit);
      const last = page.at(-1);
      return {
        decisions: page.map(({ spool, sequence, line }) => ({ spoolId: spool, sequence, record: line })),
        nextPageToken: found.length > page.length && last !== undefined ? pageTokenOf(last) : '',
      };
    },
  };
}

/** Where the ledger's own records go, in its own chain. */
export function createOwnSink(options: {
  readonly store: AuditStore;
  readonly writer: string;
  readonly now: () => Date;
  readonly onGap: OnGap;
}): RecordSink {
  const { store, writer, now, onGap } = options;
  return {
    async keep({ earlierAreGone, ...batch }) {
      const gap = await store.keep(checkBatch(batch, writer), { earlierAreGone, now: now() });
      if (gap !== null) onGap({ ...gap, writer, spool: batch.spoolId });
    },
    end: (spoolId) => store.end(writer, spoolId),
  };
}

/** What policy sees of a request. */
export const auditResources: Resources<typeof AuditServiceService> = {
  recordDecisions: ({ spoolId, firstSequence, records }) => ({
    spool: spoolId.slice(0, 64),
    first: firstSequence,
    records: records.length,
  }),
  // Who looked for what is on record as well.
  listDecisions: ({ subject, decisionId, traceId, reason }) => ({
    subject,
    decision: decisionId,
    trace: traceId,
    reason,
  }),
};
