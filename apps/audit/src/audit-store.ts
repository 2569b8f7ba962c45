import type { RecordBatch } from '@zt/kit/audit';
import type { Database, Queryable } from '@zt/kit/vault';
import { type ChainEnd, type CheckedBatch, type Gap, type KeptDecision, newDecisions } from './audit.ts';
import type { ChainGap, ChainHead } from './checkpoint.ts';
import type { DecisionFilter } from './decision-filter.ts';
import { type ListedDecision, listDecisions } from './decision-list.ts';

/** The ledger in SQL. Nothing in it is ever changed. */
export interface AuditStore {
  /**
   * Keeps what of the batch is new, all or nothing. Throws `record_chain_broken`. Where the writer has nothing earlier,
   * what is lacking before the batch is noted as a gap and given back.
   */
  keep(batch: CheckedBatch, options: { readonly earlierAreGone: boolean; readonly now: Date }): Promise<Gap | null>;
  /** The last record of a chain that is kept; null where there is none. */
  end(writer: string, spoolId: RecordBatch['spoolId']): Promise<ChainEnd | null>;
  /** Where each chain ends, in the order of writers and spools. */
  heads(): Promise<ChainHead[]>;
  /** What is known to be missing, in the order of writers, spools and records. */
  gaps(): Promise<ChainGap[]>;
  /** Decisions that fit, the newest first. */
  list(filter: DecisionFilter): Promise<ListedDecision[]>;
  lastCheckpoint(): Promise<string | null>;
  /** False where another copy of the service has written one of this number. */
  addCheckpoint(number: number, statement: string): Promise<boolean>;
}

export function createAuditStore(database: Database): AuditStore {
  return {
    keep: (batch, { earlierAreGone, now }) =>
      database.transaction(async (transaction) => {
        const { writer, spoolId, decisions } = batch;
        // One batch of a chain at a time: a writer may send again what is still under way.
        await transaction.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`${writer} ${spoolId}`]);
        const last = decisions.at(-1) ?? decisions[0];
        const end = await endOf(transaction, batch, last.sequence);
        const { decisions: added, gap } = newDecisions(batch, end, earlierAreGone);
        if (gap !== null) {
          await transaction.query(
            'insert into gaps (writer, spool, first_sequence, last_sequence, noted_at) values ($1, $2, $3, $4, $5)',
            [writer, spoolId, gap.first, gap.last, now],
          );
        }
        await insert(transaction, batch, added, now);
        return gap;
      }),
    end: (writer, spoolId) => endOf(database, { writer, spoolId }, Number.MAX_SAFE_INTEGER),
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
    async gaps() {
      const rows = await database.query<GapRow>(
        `select writer, spool, first_sequence, last_sequence from gaps order by writer, spool, first_sequence`,
      );
      return rows.map(({ writer, spool, first_sequence, last_sequence }) => ({
        writer,
        spool,
        first: Number(first_sequence),
        last: Number(last_sequence),
      }));
    },
    list: (filter) => listDecisions(database, filter),
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

interface GapRow {
  readonly writer: string;
  readonly spool: string;
  readonly first_sequence: string;
  readonly last_sequence: string;
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
    `insert into decisions (writer, spool, received_at, sequence, hash, line,
       decided_at, decision_id, trace_id, method, subject, allowed, reasons, order_id)
     select $1, $2, $3, each.sequence, each.hash, each.line, each.decided_at, each.decision_id, each.trace_id,
       each.method, each.subject, each.allowed, array(select json_array_elements_text(each.reasons)), each.order_id
     from unnest($4::bigint[], $5::text[], $6::bytea[], $7::timestamptz[], $8::text[], $9::text[], $10::text[],
         $11::text[], $12::boolean[], $13::json[], $14::text[])
       as each (sequence, hash, line, decided_at, decision_id, trace_id, method, subject, allowed, reasons, order_id)`,
    [
      writer,
      spoolId,
      now,
      decisions.map(({ sequence }) => sequence),
      decisions.map(({ hash }) => hash),
      decisions.map(({ line }) => Buffer.from(line)),
      decisions.map(({ foundBy }) => foundBy.decidedAt),
      decisions.map(({ foundBy }) => foundBy.decisionId),
      decisions.map(({ foundBy }) => foundBy.traceId),
      decisions.map(({ foundBy }) => foundBy.method),
      decisions.map(({ foundBy }) => foundBy.subject),
      decisions.map(({ foundBy }) => foundBy.allowed),
      // An array of arrays has to be rectangular.
      decisions.map(({ foundBy }) => JSON.stringify(foundBy.reasons)),
      decisions.map(({ foundBy }) => foundBy.orderId),
    ],
  );
}
