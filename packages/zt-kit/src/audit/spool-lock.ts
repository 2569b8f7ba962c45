import { readFile, rmdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { lock } from 'proper-lockfile';
import { z } from 'zod';

/** How long a lock counts whose holder does not say that it lives. */
const staleMs = 5_000;

const holderFile = z.object({ pid: z.int().min(1), host: z.string() });
type Holder = z.infer<typeof holderFile>;

/**
 * Takes a spool for this process: two that write to one would both give out the same numbers. Throws an error that says
 * so where another one has it. The lock of a process that was killed is free at once, one of another machine's after
 * five seconds. `onLost` is called where somebody took it by force; nothing may be written from then on.
 */
export async function lockSpool(
  directory: string,
  name: string,
  onLost: () => void,
): Promise<{ release(): Promise<void> }> {
  const lockfilePath = join(directory, `${name}.lock`);
  const holderPath = join(directory, `${name}.holder.json`);
  const holder = await readHolder(holderPath);
  // A process of this machine that is gone: also where the clock stepped back, and the lock looks new for long.
  if (holder !== null && hasEnded(holder)) await rmdir(lockfilePath).catch(() => {});
  const release = await lock(directory, {
    lockfilePath,
    stale: staleMs,
    update: 1_000,
    // Until a holder that does not live would have shown it.
    retries: { retries: staleMs / 500 + 2, factor: 1, minTimeout: 500, maxTimeout: 500 },
    onCompromised: onLost,
  }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ELOCKED') throw error;
    const by = holder === null ? 'another process' : `process ${holder.pid} on ${holder.host}`;
    throw new Error(
      `the spool ${directory} is in use by ${by}: each copy of a service needs a spool folder of its own`,
    );
  });
  try {
    const own: Holder = { pid: process.pid, host: hostname() };
    await writeFile(holderPath, JSON.stringify(own), { mode: 0o600 });
  } catch (error) {
    // On a full disk, say: whoever tries again must not find it taken by this very process.
    await release().catch(() => {});
    throw error;
  }
  return { release: () => release().catch(() => {}) };
}

async function readHolder(path: string): Promise<Holder | null> {
  try {
    return holderFile.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return null;
  }
}

function hasEnded({ pid, host }: Holder): boolean {
  if (host !== hostname()) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
