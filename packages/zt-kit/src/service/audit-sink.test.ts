import { status } from '@grpc/grpc-js';
import type { RecordDecisionsRequest, RecordDecisionsResponse } from '@zt/proto/audit';
import { expect, test } from 'vitest';
import { createAuditSink } from './audit-sink.ts';
import { CallError } from './secure-client.ts';

const { signal } = new AbortController();
const batch = { spoolId: 's', firstSequence: 4, lines: [Buffer.from('a'), Buffer.from('b')], earlierAreGone: false };
const sinkThat = (answer: (request: RecordDecisionsRequest) => Promise<RecordDecisionsResponse>) =>
  createAuditSink({ recordDecisions: answer } as unknown as Parameters<typeof createAuditSink>[0]);
const kept = (keptThrough: number, keptHash = 'hash') => Promise.resolve({ keptThrough, keptHash });
const refused = (code: status) => Promise.reject(new CallError('RecordDecisions', code, 'no'));

test('records are kept when the ledger says so of the last of them', async () => {
  await expect(sinkThat(() => kept(5)).keep(batch, signal)).resolves.toBeUndefined();
  await expect(sinkThat(() => kept(4)).keep(batch, signal)).rejects.toThrow('up to 4 of 5');
});

test('a ledger that refuses records is told from one that cannot be reached', async () => {
  const refusing = sinkThat(() => refused(status.PERMISSION_DENIED)).keep(batch, signal);
  await expect(refusing).rejects.toMatchObject({ reason: 'record_chain_broken' });
  const gone = sinkThat(() => refused(status.UNAVAILABLE)).keep(batch, signal);
  await expect(gone).rejects.toMatchObject({ name: 'CallError', code: status.UNAVAILABLE });
});

test('a ledger is asked for the end of a chain with an empty batch', async () => {
  const asked: RecordDecisionsRequest[] = [];
  const sink = (end: number) =>
    sinkThat((request) => {
      asked.push(request);
      return kept(end, end === 0 ? '' : 'hash');
    });
  await expect(sink(7).end('s', signal)).resolves.toEqual({ sequence: 7, hash: 'hash' });
  await expect(sink(0).end('s', signal)).resolves.toBeNull();
  expect(asked[0]).toEqual({ spoolId: 's', firstSequence: 0, records: [], earlierAreGone: false });
});
