import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** How far a spool was taken over by the ledger: everything before this byte of this segment, and all earlier segments. */
export interface SpoolCursor {
  readonly segment: number;
  readonly offset: number;
}

const spoolCursor = z.object({ segment: z.number().int().min(1), offset: z.number().int().min(0) });

/** Null where nothing was taken over yet. An unreadable one counts as none: records are sent again, and kept once. */
export async function readCursor(directory: string, name: string): Promise<SpoolCursor | null> {
  try {
    return spoolCursor.parse(JSON.parse(await readFile(pathOf(directory, name), 'utf8')));
  } catch {
    return null;
  }
}

export async function writeCursor(directory: string, name: string, cursor: SpoolCursor): Promise<void> {
  const path = pathOf(directory, name);
  await writeFile(`${path}.new`, JSON.stringify(cursor), { mode: 0o600 });
  await rename(`${path}.new`, path);
}

function pathOf(directory: string, name: string): string {
  return join(directory, `${name}.cursor.json`);
}
