import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { madeUpRecord } from '../testing/made-up-record.ts';
import { type AuditSpoolOptions, createAuditSpool } from './audit-spool.ts';
import { type ChainedRecord, chainStart, hashOfLine, parseLine } from './chained-record.ts';
import type { SpoolBacklog } from './spool-backlog.ts';
import { listSegments, readSpool } from './spool-segments.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'zt-chain-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const open = (options?: AuditSpoolOptions) => createAuditSpool(directory, 'order', options);
const record = (decisionId: string) => madeUpRecord({ decisionId });

/** Appends one after the other, so that each is written on its own. */
async function append(spool: Awaited<ReturnType<typeof open>>, ...ids: readonly string[]): Promise<void> {
  for (const id of ids) await spool.append(record(id), 'written');
}

async function spooledLines(): Promise<string[]> {
  const segments = await listSegments(directory, 'order');
  const texts = await Promise.all(segments.map(({ path }) => readFile(path, 'utf8')));
  return texts.flatMap((text) => text.split('\n').filter((line) => line !== ''));
}

function expectOneChain(lines: readonly string[]): void {
  let previous = chainStart;
  for (const [index, line] of lines.entries()) {
    const { chain } = parseLine(line);
    expect(chain).toEqual({ spool: parseLine(lines[0] ?? '').chain.spool, sequence: index + 1, previous });
    previous = hashOfLine(line);
  }
}

/** Takes everything that waits, as the ledger would. */
async function takeAll(spool: SpoolBacklog, mostBytes = 100_000): Promise<ChainedRecord[]> {
  const taken: ChainedRecord[] = [];
  for (let batch = await spool.waiting(mostBytes); batch !== null; batch = await spool.waiting(mostBytes)) {
    const records = batch.lines.map(parseLine);
    expect(records[0]?.chain).toMatchObject({ spool: batch.spoolId, sequence: batch.firstSequence });
    taken.push(...records);
    await spool.acknowledge(batch);
  }
  return taken;
}

const idsOf = (records: readonly { readonly decisionId: string }[]) => records.map(({ decisionId }) => decisionId);
const segmentNumbers = async () => (await listSegments(directory, 'order')).map(({ number }) => number);

test('records are one chain, however they were written and whenever the spool was opened', async () => {
  const first = await open();
  await Promise.all(['a', 'b', 'c'].map((id) => first.append(record(id), 'synced')));
  await first.close();
  const second = await open();
  await append(second, 'd', 'e');
  await second.close();
  expectOneChain(await spooledLines());
  expect(idsOf(await readSpool(directory, 'order'))).toEqual(['a', 'b', 'c', 'd', 'e']);
});

test('a segment that is full is followed by the next, in one chain', async () => {
  const spool = await open({ segmentBytes: 3_000 });
  await append(spool, ...'abcdefgh');
  await spool.close();
  expect((await segmentNumbers()).length).toBeGreaterThan(2);
  const again = await open({ segmentBytes: 3_000 });
  await append(again, 'i');
  expectOneChain(await spooledLines());
  expect(idsOf(await takeAll(again))).toEqual([...'abcdefghi']);
  await again.close();
});

test('a segment into which a dying process wrote nothing is used, and the chain goes on', async () => {
  const first = await open();
  await append(first, 'a');
  await first.close();
  await writeFile(join(directory, 'order.2.jsonl'), '{"half":');
  const second = await open();
  await append(second, 'b');
  await second.close();
  expect(await segmentNumbers()).toEqual([1, 2]);
  expectOneChain(await spooledLines());
});

test('what waits is handed out in its order, at least one record at a time, and once it is acknowledged never again', async () => {
  const spool = await open();
  await append(spool, 'a', 'b', 'c');
  const batch = await spool.waiting(1);
  expect(batch?.lines).toHaveLength(1);
  expect(await spool.waiting(1)).toEqual(batch);
  if (batch !== null) await spool.acknowledge(batch);
  await spool.close();
  const again = await open();
  expect(idsOf(await takeAll(again))).toEqual(['b', 'c']);
  await again.close();
});

test('segments that the ledger has are deleted, but for the last two', async () => {
  const spool = await open({ segmentBytes: 1 });
  await append(spool, ...'abcde');
  await takeAll(spool);
  expect(await segmentNumbers()).toEqual([3, 4, 5]);
  await spool.close();
  const again = await open();
  await append(again, 'f');
  expect((await takeAll(again)).map(({ chain }) => chain.sequence)).toEqual([6]);
  await again.close();
});

test('a spool that lost records which the ledger has begins another chain, and gives no number twice', async () => {
  const first = await open();
  await append(first, 'a', 'b');
  const [{ chain } = expect.fail()] = await takeAll(first);
  await first.close();
  await truncate(join(directory, 'order.jsonl'), 0);
  const second = await open();
  await append(second, 'c');
  const [taken] = await takeAll(second);
  expect(taken).toMatchObject({ decisionId: 'c', chain: { sequence: 1, previous: chainStart } });
  expect(taken?.chain.spool).not.toBe(chain.spool);
  await second.close();
});

test('a spool whose files are gone begins another chain, after the segments that the ledger has', async () => {
  const first = await open();
  await append(first, 'a');
  await takeAll(first);
  await first.close();
  await rm(join(directory, 'order.jsonl'));
  const second = await open();
  await append(second, 'b');
  expect(idsOf(await takeAll(second))).toEqual(['b']);
  await second.close();
});

test('lines without a chain, of a version before, are left alone', async () => {
  await writeFile(join(directory, 'order.jsonl'), `${JSON.stringify(record('old'))}\n`);
  const spool = await open();
  await append(spool, 'a');
  expect(idsOf(await takeAll(spool))).toEqual(['a']);
  expect(idsOf(await readSpool(directory, 'order'))).toEqual(['old', 'a']);
  await spool.close();
});

test('a line among those that wait which is no record is not handed out', async () => {
  const first = await open();
  await append(first, 'a');
  await takeAll(first);
  await append(first, 'b');
  await first.close();
  const text = await readFile(join(directory, 'order.jsonl'), 'utf8');
  await writeFile(join(directory, 'order.jsonl'), text.replace(/\n.*\n$/, `\n${'x'.repeat(50)}\n`));
  const second = await open();
  await expect(second.waiting(1000)).rejects.toThrow('no record');
  await second.close();
});

test('a spool that is full takes no synced record, tells so, and takes them again once the ledger has some', async () => {
  const spool = await open({ limitBytes: 3_000 });
  await append(spool, 'a', 'b', 'c');
  await expect(spool.append(record('d'), 'synced')).rejects.toMatchObject({ reason: 'record_not_kept' });
  await spool.append(record('e'), 'written');
  await takeAll(spool);
  await spool.append(record('f'), 'synced');
  expect(idsOf(await readSpool(directory, 'order'))).toEqual(['a', 'b', 'c', 'e', 'f']);
  await spool.close();
});

test('a spool that is full stays full when it is opened again, and at twice its limit takes nothing at all', async () => {
  const first = await open({ limitBytes: 1_000 });
  await append(first, 'a', 'b');
  await first.close();
  const second = await open({ limitBytes: 1_000 });
  for (const durability of ['synced', 'written'] as const) {
    await expect(second.append(record('c'), durability)).rejects.toMatchObject({ reason: 'record_not_kept' });
  }
  await second.close();
});

test('a process that is killed again and again while it writes leaves one chain with all that was kept', async () => {
  const spool = new URL('./audit-spool.ts', import.meta.url).href;
  const script = `
    const { createAuditSpool } = await import(${JSON.stringify(spool)});
    const spool = await createAuditSpool(${JSON.stringify(directory)}, 'order', { segmentBytes: 4000 });
    const record = ${JSON.stringify(record('x'))};
    let kept = 0;
    for (let i = 0; i < 40; i++) void spool.append({ ...record, decisionId: 'd' + i }, i % 4 ? 'written' : 'synced').then(() => {
      if (++kept === 25) { process.stdout.write(String(kept)); process.kill(process.pid, 'SIGKILL'); }
    });`;
  for (let round = 1; round <= 3; round += 1) {
    const { signal } = spawnSync(process.execPath, ['--input-type=module', '--eval', script]);
    expect(signal).toBe('SIGKILL');
    expect((await readSpool(directory, 'order')).length).toBeGreaterThanOrEqual(25 * round);
  }
  const last = await open();
  await append(last, 'end');
  await last.close();
  expectOneChain(await spooledLines());
}, 30_000);
