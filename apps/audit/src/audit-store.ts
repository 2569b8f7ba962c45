import type { RecordBatch } from '@zt/kit/audit';
import type { Database, Queryable } from '@zt/kit/vault';
import { type ChainEnd, type CheckedBatch, type KeptDecision, newDecisions } from './audit.ts';
import type { ChainHead } from './checkpoint.ts';

/** The ledger in SQL. Nothing in it is ever changed. */
export interface AuditStore {
  /** Keeps what of the batch is new, all or nothing. Throws `record_chain_broken`. */
  keep(batch: CheckedBatch, now: Date): Promise<void>;
  /** The last record of a chain; 0 where there is none. */
  keptThrough(writer: string, spoolId: RecordBatch['spoolId']): Promise<number>;
  /** Where each chain ends, in the order of writers and spools. */
  heads(): Promise<ChainHead[]>;
  lastCheckpoint(): Promise<string | null>;
  /** False where another copy of the service has written one of this number. */
  addCheckpoint(number: number, statement: string): Promise<boolean>;
}

export function createAuditStore(database: Database): AuditStore {
  return {
    keep: (batch, now) =>
      database.transaction(async (transaction) => {
        const { writer, spoolId, decisions } = batch;
        // One batch of a chain at a time: a writer may send again what is still under way.
        await transaction.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`${writer} ${spoolId}`]);
        const last = decisions.at(-1) ?? decisions[0];
        await insert(transaction, batch, newDecisions(batch, await endOf(transaction, batch, last.sequence)), now);
      }),
    async keptThrough(writer, spoolId) {
      const end = await endOf(database, { writer, spoolId }, Number.MAX_SAFE_INTEGER);
      return end?.sequence ?? 0;
    },
    async heads() {
      // From chain to chain along the index: the table may be long, chains are few.
      const rows = await database.query<HeadRow>(
        `with recursive chains as (
           (select writer, spool from decisions order by writer, spool limit 1)
           union all
           select next.writer, next.spool from chains cross join lateral (
             select writer, spool from decisions
             where (writer, spool) > (chains.writer, chains.spool) order by writer, spool limit 1
           ) as next
         )
         select chains.writer, chains.spool, head.sequence, head.hash from chains cross join lateral (
           select sequence, hash from decisions
           where writer = chains.writer and spool = chains.spool order by sequence desc limit 1
         ) as head order by writer, spool`,
      );
      return rows.map(({ writer, spool, sequence, hash }) => ({ writer, spool, sequence: Number(sequence), hash }));
    },
    async lastCheckpoint() {
      const [row] = await database.query<{ statement: string }>(
        'select statement from checkpoints order by number desc limit 1',
      );
      return row?.statement ?? null;
    },
    async addCheckpoint(number, statement) {
      const rows = await database.query(
        'insert into checkpoints (number, statement) values ($1, $2) on conflict do nothing returning number',
        [number, statement],
      );
      return rows.length === 1;
    },
  };
}

/** node-postgres gives a bigint as text. */
interface HeadRow {
  readonly writer: string;
  readonly spool: string;
  readonly sequence: string;
  readonly hash: string;
}

async function endOf(
  database: Queryable,
  { writer, spoolId }: Pick<CheckedBatch, 'writer' | 'spoolId'>,
  last: number,
): Promise<ChainEnd | null> {
  const [row] = await database.query<Pick<HeadRow, 'sequence' | 'hash'>>(
    `select sequence, hash from decisions
     where writer = $1 and spool = $2 and sequence <= $3 order by sequence desc limit 1`,
    [writer, spoolId, last],
  );
  return row === undefined ? null : { sequence: Number(row.sequence), hash: row.hash };
}

async function insert(
  transaction: Queryable,
  { writer, spoolId }: CheckedBatch,
  decisions: readonly KeptDecision[],
  now: Date,
): Promise<void> {
  if (decisions.length === 0) return;
  await transaction.query(
    `insert into decisions (writer, spool, sequence, hash, line, trace_id, order_id, received_at)
     select $1, $2, each.sequence, each.hash, each.line, each.trace_id, each.order_id, $8
     from unnest($3::bigint[], $4::text[], $5::bytea[], $6::text[], $7::text[])
       as each (sequence, hash, line, trace_id, order_id)`,
    [
      writer,
      spoolId,
      decisions.map(({ sequence }) => sequence),
      decisions.map(({ hash }) => hash),
      decisions.map(({ line }) => Buffer.from(line)),
      decisions.map(({ traceId }) => traceId),
      decisions.map(({ orderId }) => orderId),
      now,
    ],
  );
}
