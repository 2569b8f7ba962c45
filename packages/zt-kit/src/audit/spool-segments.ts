import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DecisionRecord } from './decision-record.ts';
import { listSpoolFolders } from './spool-folders.ts';

/** One file of a spool. Numbers rise; a segment never changes its name. */
export interface SpoolSegment {
  readonly number: number;
  readonly path: string;
}

/** `order.jsonl`, then `order.2.jsonl`, … */
export function segmentPath(directory: string, name: string, number: number): string {
  return join(directory, number === 1 ? `${name}.jsonl` : `${name}.${number}.jsonl`);
}

/** The files of a spool, the oldest first; none where there is no spool. */
export async function listSegments(directory: string, name: string): Promise<SpoolSegment[]> {
  const files = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return files
    .flatMap((file) => {
      if (!file.startsWith(`${name}.`)) return [];
      const number = numberOf(file.slice(name.length));
      return number === null ? [] : [{ number, path: join(directory, file) }];
    })
    .sort((a, b) => a.number - b.number);
}

/** The files of all copies of a service that share a folder. */
export async function listSpoolFiles(directory: string, name: string): Promise<SpoolSegment[]> {
  const folders = await listSpoolFolders(directory);
  return (await Promise.all(folders.map((folder) => listSegments(folder, name)))).flat();
}

/**
 * All records that the spools of a service still have, by time where it has several copies, and in each in their order.
 * Also while it writes: a line that is half written is left out.
 */
export async function readSpool(directory: string, name: string): Promise<DecisionRecord[]> {
  const folders = await listSpoolFolders(directory);
  const spools = await Promise.all(folders.map((folder) => readFolder(folder, name)));
  const [only = [], ...others] = spools.filter((records) => records.length > 0);
  return others.length === 0 ? only : spools.flat().sort((a, b) => a.time.localeCompare(b.time));
}

async function readFolder(folder: string, name: string): Promise<DecisionRecord[]> {
  const segments = await listSegments(folder, name);
  // A segment may be deleted between the listing and the reading.
  const texts = await Promise.all(segments.map(({ path }) => readFile(path, 'utf8').catch(() => '')));
  return texts.flatMap((text) =>
    text
      .slice(0, text.lastIndexOf('\n') + 1)
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as DecisionRecord),
  );
}

function numberOf(suffix: string): number | null {
  if (suffix === '.jsonl') return 1;
  const digits = /^\.([1-9]\d{0,8})\.jsonl$/.exec(suffix)?.[1];
  return digits === undefined || digits === '1' ? null : Number(digits);
}
