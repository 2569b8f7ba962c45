import { stat } from 'node:fs/promises';
import { linkOf } from './chained-record.ts';
import type { SpoolCursor } from './spool-cursor.ts';
import { readLines } from './spool-file.ts';
import { listSegments } from './spool-segments.ts';

interface Search {
  readonly directory: string;
  readonly name: string;
  readonly spoolId: string;
  /** The last record of the chain that the ledger has. */
  readonly keptThrough: number;
  /** Only records before this place count. */
  readonly before: SpoolCursor;
}

const readBytes = 1024 * 1024;

/** Where the first record of a chain stands that a spool still has and the ledger lacks; null where there is none. */
export async function startOfLacking(search: Search): Promise<SpoolCursor | null> {
  const { directory, name, spoolId, keptThrough, before } = search;
  for (const { number, path } of await listSegments(directory, name)) {
    if (number > before.segment) return null;
    const end = number === before.segment ? before.offset : (await stat(path)).size;
    for await (const { line, offset } of linesOf(path, end)) {
      const link = linkOf(line);
      // A segment holds one chain.
      if (link?.spool !== spoolId) break;
      if (link.sequence > keptThrough) return { segment: number, offset };
    }
  }
  return null;
}

async function* linesOf(path: string, end: number): AsyncGenerator<{ readonly line: Buffer; readonly offset: number }> {
  let offset = 0;
  while (offset < end) {
    const lines = await readLines(path, offset, end, readBytes);
    if (lines.length === 0) return;
    for (const line of lines) {
      yield { line, offset };
      offset += line.length + 1;
    }
  }
}
