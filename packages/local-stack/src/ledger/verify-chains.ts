import { type ChainedRecord, chainStart, hashOfLine, parseLine } from '@zt/kit/audit';
import { type LedgerFault, LedgerFaultError, type RecordPlace } from './ledger-fault.ts';
import type { LedgerGap, VerifiedCheckpoint } from './verify-checkpoints.ts';

interface Found extends RecordPlace {
  readonly previous: string;
  readonly hash: string;
  /** Of its chain. */
  readonly key: string;
}

/** The hashes that checkpoints have signed, by place. */
type Signed = ReadonlyMap<string, string>;

/** How many chains there are, how many of their records no checkpoint vouches for yet, and which the ledger lacks. */
export interface ChainsVerdict {
  readonly chains: number;
  readonly unsigned: number;
  /** As the ledger itself has noted and signed. */
  readonly gaps: readonly LedgerGap[];
}

/**
 * Verifies that lines are whole chains, one after the other, each as far as the checkpoints say and with their hashes;
 * whole but for what the ledger itself has signed to be missing.
 * Throws a `LedgerFaultError` for the first record that was changed, removed, moved or cut off.
 */
export function verifyChains(lines: readonly string[], checkpoints: readonly VerifiedCheckpoint[]): ChainsVerdict {
  const found = lines.map(foundIn);
  const places = new Set(found.flatMap((each) => (each === null ? [] : [placeOf(each)])));
  const signed: Signed = new Map(checkpoints.flatMap(({ heads }) => heads.map((head) => [placeOf(head), head.hash])));
  const ends = new Map((checkpoints.at(-1)?.heads ?? []).map((head) => [keyOf(head), head]));
  const gaps = checkpoints.at(-1)?.gaps ?? [];
  const done = new Set<string>();
  let current: Found | null = null;
  let unsigned = 0;

  function finish(last: Found | null): void {
    if (last === null) return;
    done.add(last.key);
    const end = ends.get(last.key)?.sequence ?? 0;
    if (end > last.sequence) throw fault('cut_off', next(last), `the chain was signed up to record ${end}`);
    unsigned += last.sequence - end;
  }

  for (const [index, record] of found.entries()) {
    const following = found[index + 1] ?? null;
    if (record === null || record.key !== current?.key) {
      const replaced = replacedBy(record, current, following, ends);
      if (replaced !== null) throw fault('changed', replaced, 'what stands in its place is not of this chain');
      if (record === null)
        throw new LedgerFaultError({ kind: 'file', detail: `record line ${index + 1} cannot be read` });
      if (done.has(record.key)) throw fault('moved', record, 'it stands outside of its chain');
      finish(current);
      current = null;
    }
    const expected: RecordPlace = current === null ? { ...record, sequence: 1 } : next(current);
    if (!isAfterGap(record, expected, gaps)) {
      if (record.sequence !== expected.sequence) throw misplaced(record, expected, following, places);
      if (record.previous !== (current?.hash ?? chainStart)) throw unlinked(current, record, following, signed);
    }
    requireSigned(record, following, signed);
    current = record;
  }
  finish(current);
  for (const end of ends.values()) {
    if (!done.has(keyOf(end))) throw fault('removed', { ...end, sequence: 1 }, 'and with it its whole chain');
  }
  return { chains: done.size, unsigned, gaps };
}

/** Whether a record is the first after those that the ledger lacks: nothing is there that it could be linked to. */
function isAfterGap(record: Found, expected: RecordPlace, gaps: readonly LedgerGap[]): boolean {
  return gaps.some(
    (gap) =>
      keyOf(gap) === record.key &&
      gap.first <= expected.sequence &&
      expected.sequence <= gap.last &&
      record.sequence === gap.last + 1,
  );
}

/** Where a line is of no chain, or of another than its neighbours: the record whose place it takes; null for a new chain. */
function replacedBy(
  record: Found | null,
  current: Found | null,
  following: Found | null,
  signedChains: ReadonlyMap<string, unknown>,
): RecordPlace | null {
  const missing = current === null ? null : next(current);
  if (missing !== null && isAfter(missing, following)) return missing;
  const isSecond = following?.sequence === 2 && signedChains.has(following.key);
  if (following !== null && isSecond && following.key !== record?.key) {
    return { ...following, sequence: 1 };
  }
  return record === null ? missing : null;
}

function misplaced(
  record: Found,
  expected: RecordPlace,
  following: Found | null,
  places: ReadonlySet<string>,
): LedgerFaultError {
  const { sequence } = record;
  if (places.has(placeOf(expected))) {
    if (sequence < expected.sequence) return fault('moved', record, 'it stands there twice');
    return fault('moved', expected, `record ${sequence} stands in its place`);
  }
  if (isAfter(expected, following)) return fault('changed', expected, `it says that it is record ${sequence}`);
  if (sequence < expected.sequence) return fault('moved', record, 'it stands there twice');
  return fault('removed', expected, `record ${sequence} stands in its place`);
}

/** One of two records was changed: the one that others do not vouch for. */
function unlinked(before: Found | null, record: Found, following: Found | null, signed: Signed): LedgerFaultError {
  const isVouchedFor = isAfter(record, following)
    ? following?.previous === record.hash
    : signed.get(placeOf(record)) === record.hash;
  const beforeIsSigned = before !== null && signed.get(placeOf(before)) === before.hash;
  const isLast = !isAfter(record, following) && !signed.has(placeOf(record));
  if (before !== null && !beforeIsSigned && (isVouchedFor || isLast)) {
    return fault('changed', before, `record ${record.sequence} names another hash of it`);
  }
  return fault('changed', record, 'it names another hash of the record before it');
}

function requireSigned(record: Found, following: Found | null, signed: Signed): void {
  const hash = signed.get(placeOf(record));
  if (hash === undefined || hash === record.hash) return;
  const wasChainedAnew = isAfter(record, following) && following?.previous === record.hash;
  const detail = wasChainedAnew
    ? 'it or one before it is not what was signed, and those after it were chained anew'
    : 'it is not what was signed';
  throw fault('changed', record, detail);
}

function foundIn(line: string): Found | null {
  let record: ChainedRecord;
  try {
    record = parseLine(line);
  } catch {
    return null;
  }
  const { spool, sequence, previous } = record.chain;
  const place = { writer: record.service, spool, sequence };
  return { ...place, previous, hash: hashOfLine(line), key: keyOf(place) };
}

function keyOf({ writer, spool }: Pick<RecordPlace, 'writer' | 'spool'>): string {
  return `${writer} ${spool}`;
}

function placeOf(place: RecordPlace): string {
  return `${keyOf(place)} ${place.sequence}`;
}

function next({ writer, spool, sequence }: RecordPlace): RecordPlace {
  return { writer, spool, sequence: sequence + 1 };
}

function isAfter(place: RecordPlace, following: Found | null): boolean {
  return following !== null && placeOf(following) === placeOf(next(place));
}

function fault(
  kind: Exclude<LedgerFault['kind'], 'checkpoint' | 'file'>,
  { writer, spool, sequence }: RecordPlace,
  detail: string,
): LedgerFaultError {
  return new LedgerFaultError({ kind, writer, spool, sequence, detail });
}
