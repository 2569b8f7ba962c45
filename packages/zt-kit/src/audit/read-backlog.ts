import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { linkOf } from './chained-record.ts';
import { readCursor } from './spool-cursor.ts';
import { listSpoolFolders } from './spool-folders.ts';
import { listSegments } from './spool-segments.ts';

/** What of a spool waits for the ledger. */
export interface BacklogState {
  readonly records: number;
  readonly bytes: number;
  /** When the oldest of them was decided, RFC 3339; null where none waits. */
  readonly oldest: string | null;
  /** The first line that waits is no record: its file was damaged, and nothing after it is sent. */
  readonly isStuck: boolean;
}

/**
 * Reads it from the files of all copies of a service, also while it writes, or does not run. Nothing waits where there is
 * no spool.
 */
export async function readBacklog(directory: string, name: string): Promise<BacklogState> {
  const folders = await listSpoolFolders(directory);
  const backlogs = await Promise.all(folders.map((folder) => backlogOf(folder, name)));
  return {
    records: backlogs.reduce((sum, { records }) => sum + records, 0),
    bytes: backlogs.reduce((sum, { bytes }) => sum + bytes, 0),
    oldest: backlogs.flatMap(({ oldest }) => oldest ?? []).toSorted()[0] ?? null,
    isStuck: backlogs.some(({ isStuck }) => isStuck),
  };
}

async function backlogOf(directory: string, name: string): Promise<BacklogState> {
  const cursor = (await readCursor(directory, name)) ?? { segment: 1, offset: 0 };
  let [records, bytes] = [0, 0];
  let oldest: string | null = null;
  let firstIsRecord = true;
  for (const { number, path } of await listSegments(directory, name)) {
    if (number < cursor.segment) continue;
    const start = number === cursor.segment ? cursor.offset : 0;
    for await (const line of createInterface({ input: createReadStream(path, { start }) })) {
      if (line === '') continue;
      if (records === 0) firstIsRecord = linkOf(line) !== null;
      records += 1;
      bytes += Buffer.byteLength(line) + 1;
      oldest ??= timeOf(line);
    }
  }
  // One that nothing follows may be half written.
  return { records, bytes, oldest, isStuck: !firstIsRecord && records > 1 };
}

/** Null for a line that is half written, or no record. */
function timeOf(line: string): string | null {
  try {
    const { time } = JSON.parse(line);
    return typeof time === 'string' ? time : null;
  } catch {
    return null;
  }
}
