import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { madeUpRecord } from '../testing/made-up-record.ts';
import { createAuditSpool } from './audit-spool.ts';
import { readBacklog } from './read-backlog.ts';

test('what waits for the ledger is counted from the files, also while the spool is in use', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'zt-backlog-'));
  const spool = await createAuditSpool(directory, 'order', { segmentBytes: 1_500 });
  expect(await readBacklog(directory, 'order')).toEqual({ records: 0, bytes: 0, oldest: null, isStuck: false });
  for (const second of [1, 2, 3]) {
    await spool.append(madeUpRecord({ time: `2026-03-01T12:00:0${second}.000Z` }), 'written');
  }
  const all = await readBacklog(directory, 'order');
  expect(all).toMatchObject({ records: 3, oldest: '2026-03-01T12:00:01.000Z' });
  const batch = (await spool.waiting(1)) ?? expect.fail();
  await spool.acknowledge(batch);
  expect(await readBacklog(directory, 'order')).toEqual({
    records: 2,
    bytes: all.bytes - (batch.lines[0]?.length ?? 0) - 1,
    oldest: '2026-03-01T12:00:02.000Z',
    isStuck: false,
  });
  await spool.close();
  expect(await readBacklog(join(directory, 'nowhere'), 'order')).toMatchObject({ records: 0 });
  await appendFile(join(directory, 'payment.jsonl'), '{"half":');
  expect(await readBacklog(directory, 'payment')).toMatchObject({ records: 1, oldest: null, isStuck: false });
  await rm(directory, { recursive: true });
});

test('where the oldest line that waits was damaged nothing is sent, and the backlog says so', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'zt-backlog-'));
  const spool = await createAuditSpool(directory, 'order');
  for (const _ of [1, 2, 3]) await spool.append(madeUpRecord(), 'written');
  await spool.acknowledge((await spool.waiting(1)) ?? expect.fail());
  const path = join(directory, 'order.jsonl');
  const [first, second = '', third] = (await readFile(path, 'utf8')).split('\n');
  await writeFile(path, [first, '#'.repeat(second.length), third, ''].join('\n'));
  await expect(spool.waiting(1)).rejects.toThrow('holds a line that is no record');
  expect(await readBacklog(directory, 'order')).toMatchObject({ records: 2, isStuck: true });
  await spool.close();
  await rm(directory, { recursive: true });
});
