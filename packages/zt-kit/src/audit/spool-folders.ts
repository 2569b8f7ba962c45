import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** More copies of one service than this do not share a folder. */
export const mostSpoolFolders = 64;

/** Copies of a service that share a folder: the first has its spool in it, each other one in a folder below. */
export function spoolFolder(directory: string, copy: number): string {
  return copy === 1 ? directory : join(directory, `copy-${copy}`);
}

/** The folders in which copies of a service have, or had, their spools; the shared one first, whether it is there or not. */
export async function listSpoolFolders(directory: string): Promise<string[]> {
  const entries = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const copies = entries
    .map((entry) => Number(/^copy-([1-9]\d?)$/.exec(entry)?.[1] ?? 0))
    .filter((copy) => copy > 1)
    .sort((a, b) => a - b);
  return [directory, ...copies.map((copy) => spoolFolder(directory, copy))];
}
