import type { Queryable } from '@zt/kit/vault';
import type { DecisionFilter, DecisionPlace } from './decision-filter.ts';

/** A decision as it is listed. */
export interface ListedDecision extends DecisionPlace {
  readonly line: Buffer;
}

/** Decisions that fit, the newest first; at most as many as the filter's limit. */
export async function listDecisions(database: Queryable, filter: DecisionFilter): Promise<ListedDecision[]> {
  const values: unknown[] = [];
  const value = (given: unknown): string => `$${values.push(given)}`;
  const conditions = [
    ...conditionOf('writer', filter.writer),
    ...conditionOf('subject', filter.subject),
    ...conditionOf('method', filter.method),
    ...conditionOf('decision_id', filter.decisionId),
    ...conditionOf('trace_id', filter.traceId),
    ...(filter.reason === null ? [] : ['not allowed', `${value(filter.reason)} = any (reasons)`]),
    // Written out, so that the index of what was refused fits.
    ...(filter.allowed === null ? [] : [filter.allowed ? 'allowed' : 'not allowed']),
    ...(filter.from === null ? [] : [`decided_at >= ${value(filter.from)}`]),
    ...(filter.until === null ? [] : [`decided_at < ${value(filter.until)}`]),
    ...(filter.after === null ? [] : [beyond(filter.after)]),
  ];
  const rows = await database.query<Row>(
    `select decided_at, writer, spool, sequence, line from decisions
     ${conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`}
     order by decided_at desc, writer desc, spool desc, sequence desc limit ${value(filter.limit)}`,
    values,
  );
  return rows.map(({ decided_at, writer, spool, sequence, line }) => ({
    decidedAt: decided_at.toISOString(),
    writer,
    spool,
    sequence: Number(sequence),
    line,
  }));

  function conditionOf(column: string, wanted: string | null): string[] {
    return wanted === null ? [] : [`${column} = ${value(wanted)}`];
  }

  function beyond({ decidedAt, writer, spool, sequence }: DecisionPlace): string {
    const place = [decidedAt, writer, spool, sequence].map(value).join(', ');
    return `(decided_at, writer, spool, sequence) < (${place})`;
  }
}

/** node-postgres gives a bigint as text. */
interface Row {
  readonly decided_at: Date;
  readonly writer: string;
  readonly spool: string;
  readonly sequence: string;
  readonly line: Buffer;
}
