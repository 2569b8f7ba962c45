import { setTimeout as sleep } from 'node:timers/promises';
import { ZeroTrustError } from '../errors.ts';
import { type LedgerEnd, standingOf } from './ledger-standing.ts';
import type { RecordBatch, SpoolBacklog } from './spool-backlog.ts';

/** Records on their way to the ledger. */
export interface HandedBatch extends RecordBatch {
  /** The spool has none of the records before these any more: what the ledger lacks of them it will never get. */
  readonly earlierAreGone: boolean;
}

/** The ledger, as a spool's records go to it. */
export interface RecordSink {
  /** Settles once the ledger has them. They may come more than once. Throws `record_chain_broken` where it refuses them. */
  keep(batch: HandedBatch, signal: AbortSignal): Promise<void>;
  /** Where its copy of a chain ends; null where it has nothing of it. */
  end(spoolId: string, signal: AbortSignal): Promise<LedgerEnd | null>;
}

export interface AuditClientOptions {
  readonly spool: SpoolBacklog;
  readonly sink: RecordSink;
  /**
   * Told when records begin to wait, when they flow again, and of what it took where the ledger and the spool disagreed:
   * `records_sent_again`, `records_missing` and `chain_started_anew`.
   */
  readonly log: (event: { readonly event: string; readonly [field: string]: unknown }) => void;
  readonly batchBytes?: number;
  /** How long records are gathered before they are sent: each batch is a decision of the ledger's, and so a record. */
  readonly gatherMs?: number;
  readonly firstRetryMs?: number;
  readonly longestRetryMs?: number;
}

/** Takes records from the spool to the ledger in the background. While the ledger can't be reached they wait. */
export interface AuditClient {
  /** Settles when nothing waits for the first time. */
  readonly drained: Promise<void>;
  /** Gives up what is under way: it stays in the spool. */
  close(): Promise<void>;
}

export function createAuditClient(options: AuditClientOptions): AuditClient {
  const { spool, sink, log, batchBytes = 256 * 1024, gatherMs = 500 } = options;
  const { firstRetryMs = 200, longestRetryMs = 5_000 } = options;
  const closed = new AbortController();
  const { signal } = closed;
  let wake = Promise.withResolvers<void>();
  const stopListening = spool.onAdded(() => wake.resolve());
  const drained = Promise.withResolvers<void>();
  let retryMs = 0;

  async function pause(milliseconds: number): Promise<void> {
    await sleep(milliseconds, undefined, { signal, ref: false }).catch(() => {});
  }

  /** The bytes that were taken; 0 where nothing waits. */
  async function takeOne(): Promise<number> {
    const batch = await spool.waiting(batchBytes);
    if (batch === null) return 0;
    try {
      await sink.keep({ ...batch, earlierAreGone: false }, signal);
    } catch (error) {
      if (!(error instanceof ZeroTrustError && error.reason === 'record_chain_broken')) throw error;
      const isKept = await reconcile(batch, error);
      // What is to be sent now begins elsewhere.
      if (!isKept) return batchBytes;
    }
    await spool.acknowledge(batch);
    return batch.lines.reduce((sum, line) => sum + line.length, 0);
  }

  /** Sees to it that ledger and spool agree again; true where the batch is kept now. Throws the refusal where they do agree. */
  async function reconcile(batch: RecordBatch, refusal: ZeroTrustError): Promise<boolean> {
    const { spoolId, firstSequence } = batch;
    const end = await sink.end(spoolId, signal);
    const standing = standingOf(batch, end);
    switch (standing) {
      case 'agrees':
        throw refusal;
      case 'forked':
        await spool.startAnew();
        log({ event: 'chain_started_anew', spool: spoolId, keptThrough: end?.sequence ?? 0 });
        return false;
      case 'lacking': {
        const keptThrough = end?.sequence ?? 0;
        if (await spool.rewind(spoolId, keptThrough)) {
          log({ event: 'records_sent_again', spool: spoolId, keptThrough });
          return false;
        }
        await sink.keep({ ...batch, earlierAreGone: true }, signal);
        log({ event: 'records_missing', spool: spoolId, first: keptThrough + 1, last: firstSequence - 1 });
        return true;
      }
    }
  }

  async function run(): Promise<void> {
    while (!signal.aborted) {
      // Renewed before the spool is asked: what is added meanwhile wakes up at once.
      wake = Promise.withResolvers();
      try {
        const taken = await takeOne();
        if (retryMs > 0) log({ event: 'records_flow_again' });
        retryMs = 0;
        if (taken > batchBytes / 2) continue;
        if (taken === 0) {
          drained.resolve();
          await wake.promise;
        }
      } catch (error) {
        if (signal.aborted) return;
        if (retryMs === 0)
          log({ event: 'records_wait', error: error instanceof Error ? error.message : String(error) });
        retryMs = Math.min(Math.max(firstRetryMs, retryMs * 2), longestRetryMs);
        await pause(retryMs);
        continue;
      }
      await pause(gatherMs);
    }
  }

  const running = run();
  return {
    drained: drained.promise,
    async close() {
      stopListening();
      closed.abort();
      wake.resolve();
      await running;
    },
  };
}
