import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { lock } from 'proper-lockfile';

/** `$ZT_TOOLS_CACHE`, else `zt-tools` in the user's cache folder. */
export function programCacheDirectory(env: Readonly<Record<string, string | undefined>>): string {
  if (env.ZT_TOOLS_CACHE) return env.ZT_TOOLS_CACHE;
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'zt-tools');
}

/** `<cache>/<name>/<version>`: a folder, since Vault brings its plugin along. */
export function cachedProgramDirectory(
  cacheDirectory: string,
  program: { readonly name: string; readonly version: string },
): string {
  return join(cacheDirectory, program.name, program.version);
}

/**
 * Fills a program's folder unless another process does so at the same time, or has done so meanwhile. `fill` gets a
 * folder of its own, which takes the final name only when it is whole.
 */
export async function fillProgramDirectory(
  directory: string,
  fill: (temporaryDirectory: string) => Promise<void>,
  onWait: () => void,
): Promise<void> {
  const parent = join(directory, '..');
  await mkdir(parent, { recursive: true });
  const release = await waitForLock(directory, onWait);
  try {
    if (existsSync(directory)) return;
    const temporary = await mkdtemp(join(parent, '.filling-'));
    try {
      await fill(temporary);
      await rename(temporary, directory);
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
  } finally {
    await release();
  }
}

/** The lock of a process that died is void after 30 s. */
async function waitForLock(directory: string, onWait: () => void): Promise<() => Promise<void>> {
  const options = { realpath: false, stale: 30_000 };
  try {
    return await lock(directory, options);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error;
  }
  onWait();
  return lock(directory, { ...options, retries: { retries: 3600, factor: 1, minTimeout: 500, maxTimeout: 500 } });
}
