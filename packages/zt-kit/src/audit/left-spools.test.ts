import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as baseTest, expect, vi } from 'vitest';
import { madeUpRecord } from '../testing/made-up-record.ts';
import type { RecordSink } from './audit-client.ts';
import { createAuditSpool } from './audit-spool.ts';
import { type ChainedRecord, parseLine } from './chained-record.ts';
import { createLeftSpools } from './left-spools.ts';
import { readBacklog } from './read-backlog.ts';
import { lockSpool } from './spool-lock.ts';
import { readSpool } from './spool-segments.ts';

const test = baseTest.extend('directory', async ({ task: _ }, { onCleanup }) => {
  const directory = await mkdtemp(join(tmpdir(), 'zt-left-'));
  onCleanup(() => rm(directory, { recursive: true, force: true }));
  return directory;
});

const spoolModule = new URL('./audit-spool.ts', import.meta.url).href;

/** A copy of order that keeps these records, and is killed before any of them is sent. */
async function dieAfter(directory: string, ids: readonly string[]): Promise<void> {
  const script = `
    const { createAuditSpool } = await import(${JSON.stringify(spoolModule)});
    const spool = await createAuditSpool(${JSON.stringify(directory)}, 'order');
    for (const decisionId of ${JSON.stringify(ids)}) {
      await spool.append({ ...${JSON.stringify(madeUpRecord())}, decisionId }, 'synced');
    }
    process.kill(process.pid, 'SIGKILL');`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: 'inherit' });
  expect((await once(child, 'exit'))[1]).toBe('SIGKILL');
}

/** A ledger in memory that keeps everything. */
function createLedger() {
  const records: ChainedRecord[] = [];
  const sink: RecordSink = {
    keep: async ({ lines }) => void records.push(...lines.map(parseLine)),
    end: () => expect.fail('nobody asks'),
  };
  return { sink, records, ids: () => records.map(({ decisionId }) => decisionId) };
}

const often = { name: 'order', lookEveryMs: 10 };

test('what a copy that is gone has left behind is sent by another one, as its own chain, and then the spool is free', async ({
  directory,
}) => {
  const own = await createAuditSpool(directory, 'order');
  await own.append(madeUpRecord({ decisionId: 'own' }), 'synced');
  await dieAfter(directory, ['a', 'b', 'c']);
  const { sink, records, ids } = createLedger();
  const events: string[] = [];
  const left = createLeftSpools({ directory, sink, log: ({ event }) => events.push(event), ...often });
  await vi.waitUntil(() => events.includes('left_records_sent'), 10_000);
  expect(ids()).toEqual(['a', 'b', 'c']);
  expect(records.map(({ chain }) => chain.sequence)).toEqual([1, 2, 3]);
  expect(new Set(records.map(({ chain }) => chain.spool)).size).toBe(1);
  // The own one is sent by its own client.
  expect((await readBacklog(directory, 'order')).records).toBe(1);
  const lock = lockSpool(join(directory, 'copy-2'), 'order');
  expect(lock).not.toBeNull();
  lock?.release();
  await left.close();
  await own.close();
});

test('a copy that lives sends its own records', async ({ directory }) => {
  const copies = await Promise.all([1, 2].map(() => createAuditSpool(directory, 'order')));
  for (const copy of copies) await copy.append(madeUpRecord(), 'synced');
  await dieAfter(directory, ['a']);
  const { sink, ids } = createLedger();
  const left = createLeftSpools({ directory, sink, log() {}, ...often });
  await vi.waitUntil(() => ids().length > 0, 10_000);
  await left.close();
  expect(ids()).toEqual(['a']);
  expect((await readBacklog(directory, 'order')).records).toBe(2);
  for (const copy of copies) await copy.close();
});

test('a spool that was damaged holds up no other', async ({ directory }) => {
  const own = await createAuditSpool(directory, 'order');
  await dieAfter(directory, ['x', 'y']);
  const path = join(directory, 'copy-2', 'order.jsonl');
  const [first = '', second] = (await readFile(path, 'utf8')).split('\n');
  await writeFile(path, ['#'.repeat(first.length), second, ''].join('\n'));
  const damaged = lockSpool(join(directory, 'copy-2'), 'order');
  await dieAfter(directory, ['a']);
  damaged?.release();
  const { sink, ids } = createLedger();
  const left = createLeftSpools({ directory, sink, log() {}, ...often });
  await vi.waitUntil(() => ids().length > 0, 10_000);
  expect((await readBacklog(directory, 'order')).isStuck).toBe(true);
  await left.close();
  expect(ids()).toEqual(['a']);
  await own.close();
});

test('while the ledger is gone what was left behind waits, and no service waits for it to end', async ({
  directory,
}) => {
  const own = await createAuditSpool(directory, 'order');
  await dieAfter(directory, ['a']);
  const tried = Promise.withResolvers<void>();
  const sink: RecordSink = {
    keep() {
      tried.resolve();
      return Promise.reject(new Error('no connection'));
    },
    end: () => expect.fail('nobody asks'),
  };
  const left = createLeftSpools({ directory, sink, log() {}, ...often });
  await tried.promise;
  await left.close();
  expect(await readBacklog(directory, 'order')).toMatchObject({ records: 1 });
  await own.close();
});

test('what copies recorded is read together, in the order in which it was decided', async ({ directory }) => {
  const [first, second] = await Promise.all([1, 2].map(() => createAuditSpool(directory, 'order')));
  const at = (second: number) => madeUpRecord({ decisionId: `d${second}`, time: `2030-01-01T00:00:0${second}.000Z` });
  await first?.append(at(1), 'written');
  await second?.append(at(2), 'written');
  await first?.append(at(3), 'written');
  expect((await readSpool(directory, 'order')).map(({ decisionId }) => decisionId)).toEqual(['d1', 'd2', 'd3']);
  const backlog = await readBacklog(directory, 'order');
  expect(backlog).toMatchObject({ records: 3, oldest: '2030-01-01T00:00:01.000Z', isStuck: false });
  await first?.close();
  await second?.close();
});
