import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** A file that git sees as new or changed. */
export interface TouchedFile {
  /** From the repository's root, with `/`. */
  readonly path: string;
  readonly isNew: boolean;
}

/** What differs from the last commit, by path; null where the folder is no git checkout. */
export async function touchedFiles(root: string): Promise<readonly TouchedFile[] | null> {
  const args = ['-C', root, 'status', '--porcelain', '-z', '--untracked-files=all', '--no-renames'];
  const found = await execute('git', args, { maxBuffer: 64 * 1024 * 1024 }).catch(() => null);
  if (found === null) return null;
  return found.stdout
    .split('\0')
    .filter((line) => line !== '')
    .map((line) => ({ path: line.slice(3), isNew: line.startsWith('??') || line.startsWith('A') }))
    .toSorted((first, second) => (first.path < second.path ? -1 : 1));
}
