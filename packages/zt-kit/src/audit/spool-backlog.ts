import { rm, stat } from 'node:fs/promises';
import { linkOf } from './chained-record.ts';
import type { SpoolChain } from './spool-chain.ts';
import { readCursor, type SpoolCursor, writeCursor } from './spool-cursor.ts';
import { readLines } from './spool-file.ts';
import { startOfLacking } from './spool-rewind.ts';
import { listSegments, segmentPath } from './spool-segments.ts';

/** Records of one chain, in their order and without a gap, byte for byte as they were hashed. */
export interface RecordBatch {
  readonly spoolId: string;
  readonly firstSequence: number;
  readonly lines: readonly Buffer[];
}

/** A batch from a spool, and the place after it. */
export interface SpooledBatch extends RecordBatch {
  readonly end: SpoolCursor;
}

/** What of a spool the ledger has not taken over yet. For one taker at a time. */
export interface SpoolBacklog {
  /** The oldest records that wait, synced to disk; null where none does. */
  waiting(mostBytes: number): Promise<SpooledBatch | null>;
  /** The ledger has them. Segments that it has whole are deleted, but for the last two. */
  acknowledge(batch: SpooledBatch): Promise<void>;
  /**
   * Hands out a chain's records again from an earlier one on, where there are any that the ledger lacks: those after this
   * sequence. False where there are none before what waits.
   */
  rewind(spoolId: string, keptThrough: number): Promise<boolean>;
  /** Puts what waits into a chain of its own: the ledger has other records under the numbers that these were given. */
  startAnew(): Promise<void>;
  /** Calls the listener when records were added. Returns what ends that. */
  onAdded(listener: () => void): () => void;
}

export interface CountedBacklog extends Omit<SpoolBacklog, 'startAnew'> {
  waitingBytes(): number;
  added(bytes: number): void;
  /** Lines of one segment after a place, which is the next to be taken unless told otherwise; null where there are none. */
  linesAfter(mostBytes: number, place?: SpoolCursor): Promise<SpooledLines | null>;
  /** What waits begins there from now on. */
  moveTo(place: SpoolCursor): Promise<void>;
}

export interface SpooledLines {
  readonly lines: readonly Buffer[];
  /** The place after them. */
  readonly end: SpoolCursor;
}

const start: SpoolCursor = { segment: 1, offset: 0 };

/** Acknowledged segments that stay, for people who look into the spool itself. */
const segmentsToKeep = 2;

export async function createSpoolBacklog(
  directory: string,
  name: string,
  chain: Pick<SpoolChain, 'end' | 'sync'>,
): Promise<CountedBacklog> {
  const listeners = new Set<() => void>();
  let cursor = (await readCursor(directory, name)) ?? start;
  let waitingBytes = await bytesFrom(directory, name, cursor);

  /** The next segment with something in it after a place; null where there is none. */
  async function segmentAfter(place: SpoolCursor): Promise<{ start: SpoolCursor; end: number } | null> {
    const last = chain.end();
    for (let { segment, offset } = place; segment <= last.segment; segment += 1, offset = 0) {
      const path = segmentPath(directory, name, segment);
      const end = segment === last.segment ? last.offset : await sizeOf(path);
      if (end > offset) return { start: { segment, offset }, end };
    }
    return null;
  }

  async function linesAfter(mostBytes: number, place: SpoolCursor = cursor): Promise<SpooledLines | null> {
    const found = await segmentAfter(place);
    if (found === null) return null;
    const { start, end } = found;
    const lines = await readLines(segmentPath(directory, name, start.segment), start.offset, end, mostBytes);
    const length = lines.reduce((sum, line) => sum + line.length + 1, 0);
    return { lines, end: { segment: start.segment, offset: start.offset + length } };
  }

  async function moveTo(place: SpoolCursor): Promise<void> {
    await writeCursor(directory, name, place);
    cursor = place;
    waitingBytes = await bytesFrom(directory, name, cursor);
  }

  return {
    waitingBytes: () => waitingBytes,
    linesAfter,
    moveTo,
    added(bytes) {
      waitingBytes += bytes;
      for (const listener of [...listeners]) listener();
    },
    onAdded(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async waiting(mostBytes) {
      const found = await linesAfter(mostBytes);
      if (found === null) return null;
      const { lines, end } = found;
      // What the ledger has must never be lost here: a number would be given out twice.
      if (end.segment === chain.end().segment) await chain.sync();
      const [first] = lines;
      const link = first === undefined ? null : linkOf(first);
      if (link === null) throw new Error(`segment ${end.segment} of the spool holds a line that is no record`);
      return { spoolId: link.spool, firstSequence: link.sequence, lines, end };
    },
    async rewind(spoolId, keptThrough) {
      const start = await startOfLacking({ directory, name, spoolId, keptThrough, before: cursor });
      if (start === null) return false;
      await moveTo(start);
      return true;
    },
    async acknowledge(batch) {
      await writeCursor(directory, name, batch.end);
      cursor = batch.end;
      waitingBytes -= batch.lines.reduce((sum, line) => sum + line.length + 1, 0);
      const old = (await listSegments(directory, name)).filter(({ number }) => number < cursor.segment);
      for (const { path } of old.slice(0, -segmentsToKeep)) await rm(path, { force: true });
    },
  };
}

/** How much of a spool waits for the ledger, by its files. */
export async function bytesThatWait(directory: string, name: string): Promise<number> {
  return await bytesFrom(directory, name, (await readCursor(directory, name)) ?? start);
}

async function bytesFrom(directory: string, name: string, cursor: SpoolCursor): Promise<number> {
  const segments = (await listSegments(directory, name)).filter(({ number }) => number >= cursor.segment);
  const sizes = await Promise.all(segments.map(({ path }) => sizeOf(path)));
  const taken = segments[0]?.number === cursor.segment ? cursor.offset : 0;
  return Math.max(0, sizes.reduce((sum, size) => sum + size, 0) - taken);
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => null))?.size ?? 0;
}
