import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { lock } from 'proper-lockfile';
import { readStackRecord } from './stack-record.ts';

const socketFolderPrefix = 'zt-';

/** Makes `.zt/<name>` and takes it for this process. Throws where another one has it; that of a process that died is free after 10 s. */
export async function takeStateDirectory(stateDirectory: string): Promise<{ release(): Promise<void> }> {
  await mkdir(stateDirectory, { recursive: true, mode: 0o700 });
  await chmod(stateDirectory, 0o700);
  try {
    const release = await lock(stateDirectory, {
      lockfilePath: join(stateDirectory, 'up.lock'),
      stale: 10_000,
      retries: { retries: 24, factor: 1, minTimeout: 500, maxTimeout: 500 },
      // Told after a suspension, when the lock looks old; nobody else has taken it where this process goes on.
      onCompromised: () => undefined,
    });
    return { release: () => release().catch(() => undefined) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error;
    throw new Error(`another zt up is at work in ${stateDirectory}: end it with zt down, or choose another --name`);
  }
}

/** Makes a short folder for sockets, and clears that of a run that could not do so itself. */
export async function makeSocketDirectory(stateDirectory: string): Promise<string> {
  const before = (await readStackRecord(stateDirectory).catch(() => null))?.socketDirectory;
  const isOurs =
    before !== undefined && dirname(before) === tmpdir() && basename(before).startsWith(socketFolderPrefix);
  if (isOurs) await rm(before, { recursive: true, force: true });
  return mkdtemp(join(tmpdir(), socketFolderPrefix));
}
