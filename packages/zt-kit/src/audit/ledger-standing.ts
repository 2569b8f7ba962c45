import { chainStart, hashOfLine, linkOf } from './chained-record.ts';
import type { RecordBatch } from './spool-backlog.ts';

/** Where the ledger's copy of a chain ends. */
export interface LedgerEnd {
  readonly sequence: number;
  /** `hashOfLine` of that record. */
  readonly hash: string;
}

/**
 * How the ledger's copy of a chain stands to a batch that it refused. `lacking`: it has not what comes before the batch,
 * though it said so once; it was lost there. `forked`: it has other records of these numbers; the spool is an older copy
 * of one that went on. `agrees`: neither, so something else is wrong.
 */
export type LedgerStanding = 'lacking' | 'forked' | 'agrees';

/** The end is null where the ledger has nothing of the chain. */
export function standingOf(batch: RecordBatch, end: LedgerEnd | null): LedgerStanding {
  const { firstSequence, lines } = batch;
  const { sequence, hash } = end ?? { sequence: 0, hash: chainStart };
  if (sequence < firstSequence - 1) return 'lacking';
  const [first] = lines;
  const same =
    sequence === firstSequence - 1 ? first && linkOf(first)?.previous : hashAt(lines[sequence - firstSequence]);
  return same === hash ? 'agrees' : 'forked';
}

/** Undefined for a record after the batch: the ledger has more of the chain than its writer. */
function hashAt(line: Buffer | undefined): string | undefined {
  return line === undefined ? undefined : hashOfLine(line);
}
