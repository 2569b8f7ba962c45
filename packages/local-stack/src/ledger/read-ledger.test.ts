import { type ChainLink, chainStart, lineOf } from '@zt/kit/audit';
import { madeUpRecord, startTestPostgres, type TestPostgres } from '@zt/kit/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLedgerReader, type LedgerReader } from './read-ledger.ts';

let postgres: TestPostgres;
let ledger: LedgerReader;
beforeAll(async () => {
  postgres = await startTestPostgres();
  await postgres.execute('create database audit');
  await postgres.execute('create table decisions (trace_id text, decided_at timestamptz, line bytea)', 'audit');
  ledger = createLedgerReader({ socketDirectory: postgres.directory, port: postgres.port });
});
afterAll(() => postgres.close());

async function keep(count: number, time: string, traceId = 'a'): Promise<void> {
  const link: ChainLink = { spool: '0b1c7d9e-0000-4000-8000-000000000001', sequence: 1, previous: chainStart };
  const line = Buffer.from(lineOf(madeUpRecord({ time, traceId }), link)).toString('hex');
  await postgres.execute(
    `insert into decisions select '${traceId}', '${time}', '\\x${line}' from generate_series(1, ${count})`,
    'audit',
  );
}

async function timesSince(since: Date | null): Promise<string[]> {
  const times: string[] = [];
  await ledger.each(since, ({ time }) => times.push(time));
  return times;
}

test('every record is handed over, however many there are, and those from a moment on where one is said', async () => {
  expect(await timesSince(null)).toEqual([]);
  await keep(1_200, '2026-03-01T12:00:00.000Z');
  await keep(3, '2026-03-01T13:00:00.000Z');
  expect(await timesSince(null)).toHaveLength(1_203);
  expect(await timesSince(new Date('2026-03-01T13:00:00Z'))).toEqual(Array(3).fill('2026-03-01T13:00:00.000Z'));
  expect(await timesSince(new Date('2026-03-01T13:00:01Z'))).toEqual([]);
});

test('the records of one request come one after the other, whenever they were kept', async () => {
  const time = '2026-03-01T14:00:00.000Z';
  for (const traceId of ['c', 'b', 'c', 'b']) await keep(1, time, traceId);
  const traces: string[] = [];
  await ledger.each(new Date(time), ({ traceId }) => traces.push(traceId));
  expect(traces).toEqual(['b', 'b', 'c', 'c']);
});

test('what throws while it takes a record ends the reading', async () => {
  const taking = ledger.each(null, () => {
    throw new Error('enough');
  });
  await expect(taking).rejects.toThrow('enough');
});
