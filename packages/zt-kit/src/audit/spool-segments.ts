import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DecisionRecord } from './decision-record.ts';

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

/** All records that a spool still has, also while its service writes: a line that is half written is left out. */
export async function readSpool(directory: string, name: string): Promise<DecisionRecord[]> {
  const segments = await listSegments(directory, name);
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
