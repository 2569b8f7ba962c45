import { randomUUID } from 'node:crypto';
import { type ChainLink, chainStart, hashOfLine, linkOf } from './chained-record.ts';
import { readCursor, type SpoolCursor, writeCursor } from './spool-cursor.ts';
import { openSpoolFile, type SpoolFile } from './spool-file.ts';
import { listSegments, segmentPath } from './spool-segments.ts';

/** The end of a spool: the segment that is written to, and the chain that its lines continue. */
export interface SpoolChain {
  /** Chains lines and appends them; gives the bytes that were added. Where it throws none of them counts. */
  append(lines: readonly ((link: ChainLink) => string)[], synced: boolean): Promise<number>;
  /** What is appended from now on is a chain of its own, in a segment of its own, which begins at the place that is given. */
  startAnew(): Promise<SpoolCursor>;
  /** The segment that is written to, and its bytes that count. */
  end(): SpoolCursor;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Continues the chain where it ended. Where that can't be (no spool yet, its last records lost with the machine, or
 * another program's file) a chain of its own begins, in a segment of its own: a number that was given out is never given again.
 */
export async function openSpoolChain(directory: string, name: string, segmentBytes: number): Promise<SpoolChain> {
  const cursor = await readCursor(directory, name);
  const end = await openEnd(directory, name, cursor);
  let { number, file, next } = end;
  if (next === null) {
    if (end.isCut || file.size() > 0 || number < (cursor?.segment ?? 1)) {
      await file.close();
      number = Math.max(number, cursor?.segment ?? 1) + 1;
      file = await openSpoolFile(segmentPath(directory, name, number));
      // Lines of another program's are no records: they are passed over.
      if (cursor === null) await writeCursor(directory, name, { segment: number, offset: 0 });
    }
    next = newChain();
  }
  let link: ChainLink = next;
  let current: SpoolFile = file;

  async function openNextSegment(): Promise<void> {
    // Synced before anything follows: a segment with a later one beside it is whole.
    await current.sync();
    const full = current;
    current = await openSpoolFile(segmentPath(directory, name, number + 1));
    number += 1;
    await full.close();
  }

  return {
    async startAnew() {
      await openNextSegment();
      link = newChain();
      return { segment: number, offset: 0 };
    },
    async append(lines, synced) {
      let following = link;
      const texts = lines.map((lineFor) => {
        const line = lineFor(following);
        following = { ...following, sequence: following.sequence + 1, previous: hashOfLine(line) };
        return line;
      });
      const bytes = Buffer.from(`${texts.join('\n')}\n`);
      if (current.size() > 0 && current.size() + bytes.length > segmentBytes) {
        await openNextSegment();
      }
      await current.append(bytes, synced);
      link = following;
      return bytes.length;
    },
    end: () => ({ segment: number, offset: current.size() }),
    sync: () => current.sync(),
    close: () => current.close(),
  };
}

function newChain(): ChainLink {
  return { spool: randomUUID(), sequence: 1, previous: chainStart };
}

/** The last segment, and what the next line has to say; null where the chain cannot go on. */
async function openEnd(directory: string, name: string, cursor: SpoolCursor | null) {
  const segments = await listSegments(directory, name);
  const number = segments.at(-1)?.number ?? 1;
  const file = await openSpoolFile(segmentPath(directory, name, number));
  const isCut =
    cursor !== null && (cursor.segment > number || (cursor.segment === number && cursor.offset > file.size()));
  const last = isCut ? null : ((await file.lastLine()) ?? (await lastLineBefore(segments.slice(0, -1))));
  const link = last === null ? null : linkOf(last);
  const next =
    last === null || link === null
      ? null
      : { spool: link.spool, sequence: link.sequence + 1, previous: hashOfLine(last) };
  return { number, file, next, isCut };
}

/** A process that died may have made a segment and written nothing into it. */
async function lastLineBefore(segments: readonly { readonly path: string }[]): Promise<Buffer | null> {
  const before = segments.at(-1);
  if (before === undefined) return null;
  const file = await openSpoolFile(before.path);
  try {
    return (await file.lastLine()) ?? (await lastLineBefore(segments.slice(0, -1)));
  } finally {
    await file.close();
  }
}
