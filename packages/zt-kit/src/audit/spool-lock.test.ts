import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { Readable } from 'node:stream';
import { test as baseTest, expect } from 'vitest';
import { madeUpRecord } from '../testing/made-up-record.ts';
import { createAuditSpool } from './audit-spool.ts';
import { listSpoolFolders } from './spool-folders.ts';
import { lockSpool } from './spool-lock.ts';
import { listSegments } from './spool-segments.ts';

const test = baseTest.extend('directory', async ({ task: _ }, { onCleanup }) => {
  const directory = await mkdtemp(join(tmpdir(), 'zt-lock-'));
  onCleanup(() => rm(directory, { recursive: true, force: true }));
  return directory;
});

const spoolModule = new URL('./audit-spool.ts', import.meta.url).href;

/** Another copy of order, with a spool of its own. */
async function startHolder(directory: string): Promise<ChildProcessByStdio<null, Readable, null>> {
  const script = `
    const { createAuditSpool } = await import(${JSON.stringify(spoolModule)});
    await createAuditSpool(${JSON.stringify(directory)}, 'order');
    console.log('held');
    setInterval(() => {}, 1000);`;
  const holder = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(holder.stdout, 'data');
  return holder;
}

async function kill(holder: ChildProcessByStdio<null, Readable, null>): Promise<void> {
  const ended = once(holder, 'exit');
  holder.kill('SIGKILL');
  await ended;
}

/** Which copy's folder a spool of order that is opened now has. */
async function folderOfNext(directory: string): Promise<string> {
  const spool = await createAuditSpool(directory, 'order');
  await spool.append(madeUpRecord(), 'written');
  await spool.close();
  const found: string[] = [];
  for (const folder of await listSpoolFolders(directory)) {
    const [segment] = await listSegments(folder, 'order');
    if (segment !== undefined && (await stat(segment.path)).size > 0) {
      found.push(relative(directory, folder));
      await rm(segment.path);
    }
  }
  return found.join();
}

test.concurrent('each copy of a service has a spool of its own, also while another does not stir', async ({
  directory,
}) => {
  const first = await startHolder(directory);
  const second = await startHolder(directory);
  try {
    expect(await folderOfNext(directory)).toBe('copy-3');
    first.kill('SIGSTOP');
    expect(await folderOfNext(directory)).toBe('copy-3');
    // Another service's spool in the same folder is another spool.
    await (await createAuditSpool(directory, 'payment')).close();
    expect(await readdir(directory)).toContain('payment.jsonl');
  } finally {
    await kill(first);
    await kill(second);
  }
}, 20_000);

test.concurrent('the spool of a process that was killed is free at once', async ({ directory }) => {
  const first = await startHolder(directory);
  const second = await startHolder(directory);
  await kill(first);
  expect(await folderOfNext(directory)).toBe('');
  const third = await startHolder(directory);
  await kill(second);
  expect(await folderOfNext(directory)).toBe('copy-2');
  await kill(third);
}, 20_000);

test.concurrent('within one process too a spool has one owner, until that closes it', async ({ directory }) => {
  const first = await createAuditSpool(directory, 'order');
  expect(await folderOfNext(directory)).toBe('copy-2');
  await first.close();
  expect(await folderOfNext(directory)).toBe('');
});

test.concurrent('spools that are opened at the same moment are different ones, for other processes too', async ({
  directory,
}) => {
  const spools = await Promise.all(Array.from({ length: 8 }, () => createAuditSpool(directory, 'order')));
  const other = await startHolder(directory);
  expect((await listSpoolFolders(directory)).map((folder) => relative(directory, folder))).toEqual([
    '',
    ...[2, 3, 4, 5, 6, 7, 8, 9].map((copy) => `copy-${copy}`),
  ]);
  await kill(other);
  for (const spool of spools) await spool.close();
}, 20_000);

test.concurrent('a lock is released once, and whoever took it since keeps it', async ({ directory }) => {
  const first = lockSpool(directory, 'order');
  first?.release();
  const second = lockSpool(directory, 'order');
  first?.release();
  expect(second).not.toBeNull();
  expect(lockSpool(directory, 'order')).toBeNull();
  second?.release();
});

test.concurrent('a spool that cannot be opened is not kept from others, and nobody but its owner can read its lock', async ({
  directory,
}) => {
  const segment = join(directory, 'order.jsonl');
  await mkdir(segment);
  await expect(createAuditSpool(directory, 'order')).rejects.toMatchObject({ code: 'EISDIR' });
  await rm(segment, { recursive: true });
  expect(await folderOfNext(directory)).toBe('');
  expect((await stat(join(directory, 'order.lock.db'))).mode & 0o777).toBe(0o600);
});
