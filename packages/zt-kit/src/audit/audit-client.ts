import { setTimeout as sleep } from 'node:timers/promises';
import type { RecordBatch, SpoolBacklog } from './spool-backlog.ts';

/** Hands records to the ledger; settles once it has them. They may come more than once. */
export type RecordSink = (batch: RecordBatch, signal: AbortSignal) => Promise<void>;

export interface AuditClientOptions {
  readonly spool: SpoolBacklog;
  readonly sink: RecordSink;
  /** Told when records begin to wait, and when they flow again. */
  readonly log: (event: { readonly event: string; readonly [field: string]: unknown }) => void;
  readonly batchBytes?: number;
  /** How long records are gathered before they are sent: each batch is a decision of the ledger's, and so a record. */
  readonly gatherMs?: number;
  readonly firstRetryMs?: number;
  readonly longestRetryMs?: number;
}

/** Takes records from the spool to the ledger in the background. While the ledger can't be reached they wait. */
export interface AuditClient {
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
  let retryMs = 0;

  async function pause(milliseconds: number): Promise<void> {
    await sleep(milliseconds, undefined, { signal, ref: false }).catch(() => {});
  }

  /** The bytes that were taken; 0 where nothing waits. */
  async function takeOne(): Promise<number> {
    const batch = await spool.waiting(batchBytes);
    if (batch === null) return 0;
    await sink(batch, signal);
    await spool.acknowledge(batch);
    return batch.lines.reduce((sum, line) => sum + line.length, 0);
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
        if (taken === 0) await wake.promise;
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
    async close() {
      stopListening();
      closed.abort();
      wake.resolve();
      await running;
    },
  };
}
