import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as baseTest, expect, vi } from 'vitest';
import { madeUpRecord } from '../testing/made-up-record.ts';
import { createAuditSpool } from './audit-spool.ts';

const test = baseTest.extend('directory', async ({ task: _ }, { onCleanup }) => {
  const directory = await mkdtemp(join(tmpdir(), 'zt-lock-'));
  onCleanup(() => rm(directory, { recursive: true, force: true }));
  return directory;
});

const spoolModule = new URL('./audit-spool.ts', import.meta.url).href;
const holding = (directory: string) => `
  const { createAuditSpool } = await import(${JSON.stringify(spoolModule)});
  await createAuditSpool(${JSON.stringify(directory)}, 'order');
  console.log('held');`;
const evaluate = ['--input-type=module', '--eval'];

test.concurrent('a second process has no access to a spool, and is told what to do', async ({ directory }) => {
  const script = `${holding(directory)} setInterval(() => {}, 1000);`;
  const holder = spawn(process.execPath, [...evaluate, script], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    await once(holder.stdout, 'data');
    await expect(createAuditSpool(directory, 'order')).rejects.toThrow(
      new RegExp(`in use by process ${holder.pid} on .*: each copy of a service needs a spool folder of its own`),
    );
    // Another service's spool in the same folder is another spool.
    await (await createAuditSpool(directory, 'payment')).close();
  } finally {
    holder.kill('SIGKILL');
  }
}, 20_000);

test.concurrent('the spool of a process that was killed is free at once, also where the clock has stepped back since', async ({
  directory,
}) => {
  const script = `${holding(directory)} process.kill(process.pid, 'SIGKILL');`;
  expect(spawnSync(process.execPath, [...evaluate, script]).signal).toBe('SIGKILL');
  const later = new Date(Date.now() + 300_000);
  await utimes(join(directory, 'order.lock'), later, later);
  const spool = await createAuditSpool(directory, 'order');
  await spool.append(madeUpRecord(), 'synced');
  await spool.close();
});

test.concurrent('the lock of another machine that says nothing any more is taken over', async ({ directory }) => {
  const path = join(directory, 'order.lock');
  await mkdir(path);
  await writeFile(join(directory, 'order.holder.json'), JSON.stringify({ pid: 1, host: 'elsewhere' }));
  const longAgo = new Date(Date.now() - 60_000);
  await utimes(path, longAgo, longAgo);
  await (await createAuditSpool(directory, 'order')).close();
});

test.concurrent('a lock whose holder could not be written down, as on a full disk, is given back', async ({
  directory,
}) => {
  const holder = join(directory, 'order.holder.json');
  await mkdir(holder);
  await expect(createAuditSpool(directory, 'order')).rejects.toMatchObject({ code: 'EISDIR' });
  await rm(holder, { recursive: true });
  await (await createAuditSpool(directory, 'order')).close();
}, 20_000);

test.concurrent('a process whose spool somebody took by force keeps no more records in it', async ({ directory }) => {
  const spool = await createAuditSpool(directory, 'order');
  await rm(join(directory, 'order.lock'), { recursive: true });
  await vi.waitFor(
    () => expect(spool.append(madeUpRecord(), 'synced')).rejects.toMatchObject({ reason: 'record_not_kept' }),
    { timeout: 10_000, interval: 200 },
  );
  await spool.close();
}, 15_000);
