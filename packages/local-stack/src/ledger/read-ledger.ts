import { type OperatorAccess, withOperatorClient } from '@zt/e2e/operator-client';
import { type DecisionRecord, parseLine } from '@zt/kit/audit';
import type { Client } from 'pg';
import type { LedgerExport } from './ledger-export.ts';

/** The ledger of a running stack, as its operator reads it. */
export interface LedgerReader {
  /** All of it, as it was at one moment. */
  export(): Promise<Pick<LedgerExport, 'checkpoints' | 'lines'>>;
  /** The records of every request that was about an order, request after request, in the order of their decisions. */
  traces(orderId: string): Promise<DecisionRecord[][]>;
  /** Hands over every record from this moment on, or all for null, a few at a time, request after request. */
  each(since: Date | null, take: (record: DecisionRecord) => void): Promise<void>;
  /** Every policy bundle that was published, as the operator signed it, the first one first. */
  bundles(): Promise<string[]>;
}

/** So many records are in memory at a time. */
const batch = 500;

export function createLedgerReader(access: OperatorAccess): LedgerReader {
  return {
    export: () =>
      withOperatorClient(access, 'audit', async (client) => {
        await client.query('begin transaction isolation level repeatable read read only');
        const { rows: checkpoints } = await client.query<{ statement: string }>(
          'select statement from checkpoints order by number',
        );
        const lines = await linesOf(client, 'order by writer, spool, sequence', []);
        return { checkpoints: checkpoints.map(({ statement }) => statement), lines };
      }),
    traces: (orderId) =>
      withOperatorClient(access, 'audit', async (client) => {
        // What is decided before an order has its id is found by the trace of what is decided after.
        const where = `where trace_id in (select trace_id from decisions where order_id = $1 and trace_id <> '')`;
        const records = (await linesOf(client, where, [orderId])).map(parseLine);
        const inTime = records.toSorted((a, b) => a.time.localeCompare(b.time));
        return [...Map.groupBy(inTime, ({ traceId }) => traceId).values()];
      }),
    each: (since, take) =>
      withOperatorClient(access, 'audit', async (client) => {
        await client.query('begin transaction isolation level repeatable read read only');
        await client.query(
          `declare found no scroll cursor for
           select line from decisions where decided_at >= coalesce($1, '-infinity'::timestamptz) order by trace_id`,
          [since],
        );
        while (true) {
          const { rows } = await client.query<{ line: Buffer }>(`fetch ${batch} from found`);
          if (rows.length === 0) return;
          for (const { line } of rows) take(parseLine(line));
        }
      }),
    bundles: () =>
      withOperatorClient(access, 'audit', async (client) => {
        const { rows } = await client.query<{ statement: string }>(
          'select statement from policy_bundles order by revision',
        );
        return rows.map(({ statement }) => statement);
      }),
  };
}

async function linesOf(client: Client, rest: string, values: readonly string[]): Promise<string[]> {
  const { rows } = await client.query<{ line: Buffer }>(`select line from decisions ${rest}`, [...values]);
  return rows.map(({ line }) => line.toString('utf8'));
}
