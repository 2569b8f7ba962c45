import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuditSpool } from '@zt/kit/audit';
import { madeUpRecord } from '@zt/kit/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { awaitRecords } from './await-records.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'zt-await-'));
});
afterEach(() => rm(directory, { recursive: true }));

test('a service whose records do not come to the ledger is named, once they were waited for', async () => {
  const spool = await createAuditSpool(join(directory, 'payment'), 'payment');
  await spool.append(madeUpRecord({ time: '2026-01-01T12:00:00.000Z' }), 'written');
  expect(await awaitRecords(directory, new Date('2026-01-01T12:00:00.000Z'), 50)).toEqual(['payment']);
  await spool.close();
});

test('nobody is waited for whose records are younger, or who has none', async () => {
  const spool = await createAuditSpool(join(directory, 'payment'), 'payment');
  await spool.append(madeUpRecord({ time: '2026-01-01T12:00:01.000Z' }), 'written');
  expect(await awaitRecords(directory, new Date('2026-01-01T12:00:00.000Z'), 60_000)).toEqual([]);
  await spool.close();
});
