import { accessGraph, postgresSetup } from '@zt/access-graph';
import { hashOfLine } from '@zt/kit/audit';
import { createTestCallContext, idOf, startTestDatabase, type TestDatabase } from '@zt/kit/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { auditResources, createAuditService, createOwnSink } from './audit-service.ts';
import { type AuditStore, createAuditStore } from './audit-store.ts';
import { chainOf, createTestChain } from './testing/chain.ts';
import { noBundles } from './testing/no-bundles.ts';

let database: TestDatabase;
let store: AuditStore;
let service: ReturnType<typeof createAuditService>;
const noted: object[] = [];
const now = new Date('2026-03-01T12:00:00.000Z');
const order = createTestCallContext(null, { peer: idOf('order') });
const payment = createTestCallContext(null, { peer: idOf('payment') });

beforeAll(async () => {
  database = await startTestDatabase({
    name: 'audit',
    migrations: new URL('../migrations/', import.meta.url),
    setup: postgresSetup(accessGraph, 'audit'),
  });
  store = createAuditStore(database);
  service = createAuditService({ store, now: () => now, onGap: (gap) => noted.push(gap), bundles: noBundles });
}, 60_000);

beforeEach(async () => {
  await database.asOwner('delete from decisions; delete from checkpoints; delete from gaps');
  noted.length = 0;
});

afterAll(() => database?.close());

const hand = (
  chain: ReturnType<typeof chainOf>,
  first: number,
  last: number,
  context = order,
  earlierAreGone = false,
) => {
  const { spoolId, firstSequence, lines } = chain.batch(first, last);
  const records = lines.map((line) => Buffer.from(line));
  return service.recordDecisions({ spoolId, firstSequence, records, earlierAreGone }, context);
};

/** What the ledger answers when a chain is kept up to its record of this number. */
const keptTo = (chain: ReturnType<typeof chainOf>, sequence: number) => ({
  keptThrough: sequence,
  keptHash: hashOfLine(chain.line(sequence)),
});

const keptLines = async () => {
  const rows = await database.query<{ line: Buffer }>('select line from decisions order by writer, spool, sequence');
  return rows.map(({ line }) => line.toString());
};

test('records are kept byte for byte, each once, however often they come', async () => {
  const chain = chainOf(5);
  await expect(hand(chain, 1, 3)).resolves.toEqual(keptTo(chain, 3));
  await expect(hand(chain, 1, 3)).resolves.toEqual(keptTo(chain, 3));
  await expect(hand(chain, 2, 5)).resolves.toEqual(keptTo(chain, 5));
  await expect(hand(chain, 1, 1)).resolves.toEqual(keptTo(chain, 5));
  expect(await keptLines()).toEqual([1, 2, 3, 4, 5].map(chain.line));
});

test('records that come many times at the same moment are kept once', async () => {
  const chain = chainOf(8);
  await Promise.all([hand(chain, 1, 8), hand(chain, 1, 5), hand(chain, 1, 8), hand(chain, 1, 2)]);
  expect(await keptLines()).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map(chain.line));
});

test('of a batch that does not continue the chain nothing is kept', async () => {
  const chain = chainOf(5);
  await hand(chain, 1, 2);
  await expect(hand(chain, 4, 5)).rejects.toMatchObject({ reason: 'record_chain_broken' });
  await expect(hand(chainOf(3), 2, 3)).rejects.toMatchObject({ reason: 'record_chain_broken' });
  expect(await keptLines()).toHaveLength(2);
});

test('a writer cannot say something else of a record that is kept', async () => {
  const chain = chainOf(3);
  await hand(chain, 1, 3);
  const line = Buffer.from(chain.line(3).replace('alice', 'bob'));
  const changed = service.recordDecisions(
    { spoolId: chain.spool, firstSequence: 3, records: [line], earlierAreGone: true },
    order,
  );
  await expect(changed).rejects.toMatchObject({ reason: 'record_chain_broken' });
  expect(await keptLines()).toEqual([1, 2, 3].map(chain.line));
});

test('nobody hands in records of another, or without a certificate', async () => {
  const chain = chainOf(1);
  await expect(hand(chain, 1, 1, payment)).rejects.toMatchObject({ reason: 'record_of_another' });
  const nobody = createTestCallContext(null, { peer: null });
  await expect(hand(chain, 1, 1, nobody)).rejects.toMatchObject({ reason: 'peer_certificate_missing' });
  expect(await keptLines()).toEqual([]);
});

test('an empty batch asks how far the ledger is', async () => {
  const chain = chainOf(2);
  await hand(chain, 1, 2);
  const ask = (spoolId: string) =>
    service.recordDecisions({ spoolId, firstSequence: 0, records: [], earlierAreGone: false }, order);
  await expect(ask(chain.spool)).resolves.toEqual(keptTo(chain, 2));
  await expect(ask('')).resolves.toEqual({ keptThrough: 0, keptHash: '' });
});

test('where a writer has nothing earlier any more, what is missing is noted and the rest is kept', async () => {
  const chain = chainOf(6);
  await hand(chain, 1, 2);
  await expect(hand(chain, 5, 6)).rejects.toMatchObject({ reason: 'record_chain_broken' });
  await expect(hand(chain, 5, 6, order, true)).resolves.toEqual(keptTo(chain, 6));
  const gap = { writer: idOf('order'), spool: chain.spool, first: 3, last: 4 };
  expect(noted).toEqual([gap]);
  await expect(store.gaps()).resolves.toEqual([gap]);
  expect(await keptLines()).toEqual([1, 2, 5, 6].map(chain.line));
  // Handed in again it is no new gap, and what turns up later is kept as well.
  await hand(chain, 5, 6, order, true);
  await hand(chain, 3, 4, order, true);
  expect(noted).toHaveLength(1);
});

test('a chain of which the beginning is gone for good begins with a gap', async () => {
  const chain = chainOf(4);
  await expect(hand(chain, 3, 4, order, true)).resolves.toEqual(keptTo(chain, 4));
  await expect(store.gaps()).resolves.toMatchObject([{ first: 1, last: 2 }]);
});

test('a caller that names an order with a NUL in it keeps no record from being kept', async () => {
  const chain = createTestChain();
  chain.add({ order: 'o\0ne' });
  await hand(chain, 1, 1);
  expect(await keptLines()).toEqual([chain.line(1)]);
  await expect(database.query('select order_id from decisions')).resolves.toEqual([{ order_id: 'one' }]);
});

test("the ledger's own records are a chain like any other", async () => {
  const own = chainOf(2, idOf('audit'));
  const sink = createOwnSink({ store, writer: idOf('audit'), now: () => now, onGap: () => {} });
  const { signal } = new AbortController();
  await sink.keep({ ...own.batch(1, 2), earlierAreGone: false }, signal);
  await expect(sink.end(own.spool, signal)).resolves.toEqual({ sequence: 2, hash: hashOfLine(own.line(2)) });
  expect(await keptLines()).toEqual([1, 2].map(own.line));
});

test('every chain has one end, whoever wrote it', async () => {
  const chains = [chainOf(3), chainOf(1), chainOf(2, idOf('payment'))] as const;
  for (const [index, chain] of chains.entries()) await hand(chain, 1, 3, index === 2 ? payment : order);
  const heads = await store.heads();
  expect(heads.map(({ writer, spool }) => `${writer} ${spool}`).toSorted()).toEqual(
    heads.map(({ writer, spool }) => `${writer} ${spool}`),
  );
  const expected = chains.map((chain, index) => ({ spool: chain.spool, sequence: [3, 1, 2][index] }));
  for (const { spool, sequence = 0 } of expected) {
    const head = heads.find((each) => each.spool === spool);
    expect(head).toMatchObject({
      sequence,
      hash: hashOfLine(chains.find((chain) => chain.spool === spool)?.line(sequence) ?? ''),
    });
  }
  expect(heads).toHaveLength(3);
});

test('nothing that is kept can be changed or deleted with the login of the service', async () => {
  await hand(chainOf(1), 1, 1);
  await store.addCheckpoint(1, 'statement');
  for (const sql of [
    "update decisions set trace_id = ''",
    'delete from decisions',
    'truncate decisions',
    'delete from gaps',
    "update checkpoints set statement = ''",
    'delete from checkpoints',
    'drop table decisions',
  ]) {
    await expect(database.query(sql), sql).rejects.toThrow();
  }
  expect(await keptLines()).toHaveLength(1);
});

test('a checkpoint has its number once', async () => {
  await expect(store.lastCheckpoint()).resolves.toBeNull();
  await expect(store.addCheckpoint(1, 'first')).resolves.toBe(true);
  await expect(store.addCheckpoint(1, 'second')).resolves.toBe(false);
  await expect(store.lastCheckpoint()).resolves.toBe('first');
});

test('policy sees how much is handed in, and nothing of what it says', () => {
  const { spoolId, firstSequence, lines } = chainOf(2).batch(1, 2);
  const request = { spoolId, firstSequence, records: lines.map((line) => Buffer.from(line)), earlierAreGone: false };
  expect(auditResources.recordDecisions?.(request)).toEqual({ spool: spoolId, first: 1, records: 2 });
});
