import { constants } from 'node:fs';
import { chmod, copyFile, link, mkdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Gives each workload a node program of its own, by whose path the agent knows it: a hard link, or a copy where a link
 * can't be made. Returns the folder's real path, which is what the agent sees.
 *
 * Whoever has the operator's user id can start these programs and be that workload: this tells the processes of one
 * user apart, it does not protect them from each other.
 */
export async function linkWorkloadPrograms(
  binDirectory: string,
  names: readonly string[],
  node: string,
): Promise<string> {
  await mkdir(binDirectory, { recursive: true, mode: 0o700 });
  const directory = await realpath(binDirectory);
  const program = await realpath(node);
  for (const name of names) await linkProgram(program, join(directory, name));
  return directory;
}

async function linkProgram(program: string, path: string): Promise<void> {
  const [source, current] = await Promise.all([stat(program), stat(path).catch(() => null)]);
  const isLink = current !== null && current.ino === source.ino && current.dev === source.dev;
  const isCopy = current !== null && current.size === source.size && current.mtimeMs >= source.mtimeMs;
  if (isLink || isCopy) return;
  const temporary = `${path}.new`;
  await rm(temporary, { force: true });
  if (!(await tryLink(program, temporary))) {
    await copyFile(program, temporary, constants.COPYFILE_FICLONE);
    await chmod(temporary, 0o700);
  }
  await rename(temporary, path);
}

/** False where the file is another user's, on another file system, or on macOS, where the path of a hard link is ambiguous. */
async function tryLink(program: string, path: string): Promise<boolean> {
  if (process.platform === 'darwin') return false;
  try {
    await link(program, path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EPERM' || code === 'EXDEV' || code === 'EMLINK' || code === 'EACCES') return false;
    throw error;
  }
}
