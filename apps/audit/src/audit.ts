import { chainStart, hashOfLine, parseLine, type RecordBatch } from '@zt/kit/audit';
import { BusinessError, ZeroTrustError } from '@zt/kit/errors';
import { type FoundBy, foundByOf } from './found-by.ts';

/** Where a chain ended: its last record that is kept. */
export interface ChainEnd {
  readonly sequence: number;
  readonly hash: string;
}

/** A record as it is kept: its bytes, and what it is found by. */
export interface KeptDecision extends ChainEnd {
  readonly line: Uint8Array;
  readonly foundBy: FoundBy;
}

/** Records of a chain that the ledger lacks, and their writer has no more. */
export interface Gap {
  readonly first: number;
  readonly last: number;
}

/** Records of one writer that continue each other, each with its hash. */
export interface CheckedBatch {
  readonly writer: string;
  readonly spoolId: string;
  /** What the first record names as the one before it. */
  readonly previous: string;
  readonly decisions: readonly [KeptDecision, ...KeptDecision[]];
}

/**
 * Checks records that a writer hands in: its own, of one chain, without a gap, each linked to the one before. Throws
 * `BusinessError` `invalid`, or a `ZeroTrustError` `record_of_another` or `record_chain_broken`.
 */
export function checkBatch(batch: RecordBatch, writer: string): CheckedBatch {
  const { spoolId, firstSequence, lines } = batch;
  let previous: string | null = null;
  let named = chainStart;
  const decisions = lines.map((line, index): KeptDecision => {
    const record = parsed(line);
    const { chain } = record;
    const sequence = firstSequence + index;
    if (record.service !== writer) {
      throw new ZeroTrustError('record_of_another', `${writer} hands in a record of ${record.service}`);
    }
    if (chain.spool !== spoolId || chain.sequence !== sequence || (previous !== null && chain.previous !== previous)) {
      throw broken(writer, sequence);
    }
    if (previous === null) named = chain.previous;
    previous = hashOfLine(line);
    return { sequence, hash: previous, line, foundBy: foundByOf(record) };
  });
  const [first, ...others] = decisions;
  if (first === undefined) throw new BusinessError('invalid', 'There is no record.');
  if (first.sequence === 1 && named !== chainStart) throw broken(writer, 1);
  return { writer, spoolId, previous: named, decisions: [first, ...others] };
}

/**
 * What of a batch is new, given the last record kept that is not after the batch's own last one. Throws `record_chain_broken`
 * where the batch says of a record that is kept something else, or leaves a gap: unless the writer has nothing earlier.
 */
export function newDecisions(
  batch: CheckedBatch,
  kept: ChainEnd | null,
  earlierAreGone: boolean,
): { readonly decisions: readonly KeptDecision[]; readonly gap: Gap | null } {
  const { writer, decisions, previous } = batch;
  const { sequence: first } = decisions[0];
  const end = kept ?? { sequence: 0, hash: chainStart };
  if (end.sequence < first - 1) {
    if (!earlierAreGone) throw broken(writer, end.sequence + 1);
    return { decisions, gap: { first: end.sequence + 1, last: first - 1 } };
  }
  // The link of each record vouches for all before it, so one comparison is enough.
  const same = end.sequence === first - 1 ? previous : decisions[end.sequence - first]?.hash;
  if (same !== end.hash) throw broken(writer, end.sequence);
  return { decisions: decisions.filter(({ sequence }) => sequence > end.sequence), gap: null };
}

function parsed(line: Uint8Array): ReturnType<typeof parseLine> {
  try {
    return parseLine(line);
  } catch (cause) {
    throw new BusinessError('invalid', 'A record cannot be read.', { cause });
  }
}

function broken(writer: string, sequence: number): ZeroTrustError {
  return new ZeroTrustError('record_chain_broken', `record ${sequence} of ${writer} does not continue its chain`);
}
