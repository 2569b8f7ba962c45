import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const cache = fileURLToPath(new URL('../../node_modules/.cache/', import.meta.url));

const settings = [
  ...['-U', 'postgres', '-E', 'UTF8', '--locale=C', '--no-sync', '--wal-segsize=1'],
  ...['--auth-local=trust', '--auth-host=scram-sha-256'],
];

/** What Postgres is started with: it refuses to run as root, so root runs it in a user namespace as somebody else. */
export function postgresUser(): readonly string[] {
  return process.getuid?.() === 0 ? ['unshare', '--user', '--map-user=1', '--map-group=1', '--'] : [];
}

/**
 * The folder of a cluster in which nothing was done yet, to be copied: making one takes a second, and is done once per
 * checkout. Nobody knows its superuser's password.
 */
export async function emptyCluster(initdb: string): Promise<string> {
  const key = createHash('sha256').update(JSON.stringify([initdb, settings, process.getuid?.()]));
  const cluster = join(cache, `postgres-${key.digest('hex').slice(0, 16)}`);
  if (existsSync(cluster)) return cluster;
  await mkdir(cache, { recursive: true });
  const unfinished = await mkdtemp(join(cache, 'postgres-unfinished-'));
  try {
    const password = join(unfinished, 'password');
    await writeFile(password, randomBytes(16).toString('hex'), { mode: 0o600 });
    const data = join(unfinished, 'data');
    const [command = initdb, ...args] = [...postgresUser(), initdb, '-D', data, '--pwfile', password, ...settings];
    await promisify(execFile)(command, args);
    await rename(data, cluster).catch((error: unknown) => {
      // Somebody else was faster.
      if (!existsSync(cluster)) throw error;
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return cluster;
}
