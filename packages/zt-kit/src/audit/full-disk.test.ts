import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { madeUpRecord } from '../testing/made-up-record.ts';
import { createAuditClient } from './audit-client.ts';
import { createAuditSpool } from './audit-spool.ts';
import { type ChainedRecord, chainStart, hashOfLine, parseLine } from './chained-record.ts';
import { listSegments } from './spool-segments.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'zt-full-'));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(directory, { recursive: true, force: true });
});

const record = (decisionId: string) => madeUpRecord({ decisionId });
type Operation = 'write' | 'datasync' | 'sync' | 'truncate';

/** What a file system without room says, to one operation on files or to several. */
async function fillDisk(...operations: readonly Operation[]): Promise<void> {
  const file = await open(directory);
  for (const operation of operations) {
    vi.spyOn(Object.getPrototypeOf(file), operation).mockRejectedValue(
      Object.assign(new Error('no space left on device'), { code: 'ENOSPC' }),
    );
  }
  await file.close();
}

/** Every record that is in the files, which has to be one chain. */
async function chained(): Promise<ChainedRecord[]> {
  const texts = await Promise.all((await listSegments(directory, 'order')).map(({ path }) => readFile(path, 'utf8')));
  const lines = texts.flatMap((text) => text.split('\n').filter((line) => line !== ''));
  const records = lines.map(parseLine);
  for (const [index, { chain }] of records.entries()) {
    const previous = index === 0 ? chainStart : hashOfLine(lines[index - 1] ?? '');
    expect(chain).toEqual({ spool: records[0]?.chain.spool, sequence: index + 1, previous });
  }
  return records;
}

test.each<[string, readonly Operation[]]>([
  ['writing', ['write']],
  ['syncing', ['datasync']],
  ['writing, nor undoing what was written', ['write', 'truncate']],
  ['syncing, nor undoing what was written', ['datasync', 'truncate']],
  ['making a file', ['sync']],
])(
  'while the disk has no room for %s nothing is said to be kept, and afterwards the chain goes on',
  async (_, fails) => {
    // Each record has a segment of its own, so that files are made all the time.
    const spool = await createAuditSpool(directory, 'order', { segmentBytes: 1 });
    await spool.append(record('a'), 'synced');
    await fillDisk(...fails);
    for (const id of ['b', 'c']) {
      await expect(spool.append(record(id), 'synced')).rejects.toMatchObject({ reason: 'record_not_kept' });
    }
    vi.restoreAllMocks();
    await spool.append(record('d'), 'synced');
    await spool.close();
    expect((await chained()).map(({ decisionId }) => decisionId)).toEqual(['a', 'd']);
  },
);

test('a spool that is opened while the disk is full waits for room', async () => {
  await fillDisk('truncate');
  const opened = createAuditSpool(directory, 'order');
  const first = await Promise.race([
    opened.then(() => 'open'),
    new Promise((resolve) => setTimeout(resolve, 300, 'waiting')),
  ]);
  expect(first).toBe('waiting');
  vi.restoreAllMocks();
  const spool = await opened;
  await spool.append(record('a'), 'synced');
  await spool.close();
  expect(await chained()).toHaveLength(1);
});

test('records that the ledger has, and the disk had no room to note it, come once more and are the same', async () => {
  const spool = await createAuditSpool(directory, 'order');
  await spool.append(record('a'), 'synced');
  const handed: string[] = [];
  let full = true;
  const client = createAuditClient({
    spool: { ...spool, acknowledge: (batch) => (full ? Promise.reject(new Error('full')) : spool.acknowledge(batch)) },
    sink: { keep: async ({ lines }) => void handed.push(...lines.map(String)), end: () => expect.fail('nobody asks') },
    log: () => {},
    firstRetryMs: 1,
    longestRetryMs: 5,
  });
  await vi.waitUntil(() => handed.length > 2);
  full = false;
  await vi.waitUntil(async () => (await spool.waiting(1)) === null);
  await client.close();
  await spool.close();
  expect(new Set(handed).size).toBe(1);
});
