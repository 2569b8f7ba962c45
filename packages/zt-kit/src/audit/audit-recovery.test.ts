import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ZeroTrustError } from '../errors.ts';
import { madeUpRecord } from '../testing/made-up-record.ts';
import { createAuditClient, type RecordSink } from './audit-client.ts';
import { createAuditSpool } from './audit-spool.ts';
import { chainStart, hashOfLine, parseLine } from './chained-record.ts';
import { standingOf } from './ledger-standing.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'zt-recovery-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const quick = { gatherMs: 1, firstRetryMs: 1, longestRetryMs: 5 };
const everyRecord = { segmentBytes: 1 };

/** Does what `apps/audit` does: keeps what continues a chain, and notes a gap where nothing earlier is left. */
function createTestLedger() {
  const chains = new Map<string, Map<number, string>>();
  const gaps: string[] = [];
  const endOf = (spool: string) => Math.max(0, ...(chains.get(spool)?.keys() ?? []));
  const sink: RecordSink = {
    async keep({ spoolId, firstSequence, lines, earlierAreGone }) {
      const chain = chains.get(spoolId) ?? new Map<number, string>();
      chains.set(spoolId, chain);
      const end = endOf(spoolId);
      const before = firstSequence === 1 ? chainStart : hashOfLine(chain.get(firstSequence - 1) ?? '');
      const isGap = end < firstSequence - 1;
      const fits = isGap ? earlierAreGone : parseLine(lines[0] ?? '').chain.previous === before;
      const same = lines.every((line, index) => (chain.get(firstSequence + index) ?? String(line)) === String(line));
      if (!fits || !same) throw new ZeroTrustError('record_chain_broken', 'it does not continue');
      if (isGap) gaps.push(`${end + 1}-${firstSequence - 1}`);
      for (const [index, line] of lines.entries()) chain.set(firstSequence + index, String(line));
    },
    async end(spool) {
      const sequence = endOf(spool);
      return sequence === 0 ? null : { sequence, hash: hashOfLine(chains.get(spool)?.get(sequence) ?? '') };
    },
  };
  const decisions = () =>
    [...chains.values()].flatMap((chain) => [...chain].sort(([a], [b]) => a - b).map(([, line]) => parseLine(line)));
  const forgetAfter = (last: number): void => {
    for (const chain of chains.values()) {
      for (const sequence of [...chain.keys()].filter((each) => each > last)) chain.delete(sequence);
    }
  };
  return { sink, gaps, forgetAfter, ids: () => decisions().map((each) => each.decisionId) };
}

type Ledger = ReturnType<typeof createTestLedger>;

/** Runs a service's spool against the ledger until the ledger has the last of what is recorded. */
async function run(ledger: Ledger, ids: readonly string[], options = {}): Promise<string[]> {
  const spool = await createAuditSpool(directory, 'order', options);
  const events: string[] = [];
  const client = createAuditClient({ spool, sink: ledger.sink, log: ({ event }) => events.push(event), ...quick });
  for (const decisionId of ids) await spool.append(madeUpRecord({ decisionId }), 'written');
  await vi.waitUntil(async () => ledger.ids().includes(ids.at(-1) ?? '') && (await spool.waiting(1)) === null);
  await client.close();
  await spool.close();
  return events;
}

test('a ledger that lost everything gets again what the spool still has, without a gap', async () => {
  const ledger = createTestLedger();
  await run(ledger, ['a', 'b', 'c']);
  ledger.forgetAfter(0);
  expect(await run(ledger, ['d'])).toContain('records_sent_again');
  expect(ledger.ids()).toEqual(['a', 'b', 'c', 'd']);
  expect(ledger.gaps).toEqual([]);
});

test('a ledger that was put back to an earlier state gets what came after it', async () => {
  const ledger = createTestLedger();
  await run(ledger, ['a', 'b', 'c', 'd'], everyRecord);
  ledger.forgetAfter(2);
  expect(await run(ledger, ['e'], everyRecord)).toContain('records_sent_again');
  expect(ledger.ids()).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect(ledger.gaps).toEqual([]);
});

test('what the spool has no more either is noted as missing, once, and all that follows is kept', async () => {
  const ledger = createTestLedger();
  await run(ledger, [...'abcdef'], everyRecord);
  ledger.forgetAfter(0);
  const events = await run(ledger, ['g', 'h'], everyRecord);
  expect(events.filter((event) => event === 'records_missing')).toHaveLength(1);
  // Two segments stay after the ledger has them, besides the one that is written to.
  expect(ledger.gaps).toEqual(['1-3']);
  expect(ledger.ids()).toEqual([...'defgh']);
});

test('a spool that was put back to an earlier state starts a chain of its own, and loses none of what it recorded', async () => {
  const ledger = createTestLedger();
  await run(ledger, ['a', 'b']);
  const copy = `${directory}-copy`;
  await cp(directory, copy, { recursive: true });
  await run(ledger, ['c', 'd']);
  await rm(directory, { recursive: true });
  await cp(copy, directory, { recursive: true });
  await rm(copy, { recursive: true });
  expect(await run(ledger, ['e', 'f'])).toContain('chain_started_anew');
  expect(ledger.ids()).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  await run(ledger, ['g']);
  expect(ledger.ids()).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
});

test('records whose ledger refuses them for another reason wait', async () => {
  const ledger = createTestLedger();
  const spool = await createAuditSpool(directory, 'order');
  await spool.append(madeUpRecord(), 'written');
  const told = Promise.withResolvers<string>();
  const refusing: RecordSink = {
    ...ledger.sink,
    keep: () => Promise.reject(new ZeroTrustError('record_chain_broken', 'refused')),
  };
  const client = createAuditClient({ spool, sink: refusing, log: ({ event }) => told.resolve(event), ...quick });
  expect(await told.promise).toBe('records_wait');
  await client.close();
  expect((await spool.waiting(1_000))?.lines).toHaveLength(1);
  await spool.close();
});

test('how a ledger stands to a batch follows from where its copy of the chain ends', () => {
  const lines = ['one', 'two', 'three'].map((decisionId, index) =>
    Buffer.from(
      JSON.stringify({
        decisionId,
        chain: { spool: '11111111-1111-4111-8111-111111111111', sequence: index + 4, previous: 'a'.repeat(64) },
      }),
    ),
  );
  const batch = { spoolId: 's', firstSequence: 4, lines };
  const hashOf = (index: number) => hashOfLine(lines[index] ?? '');
  expect(standingOf(batch, null)).toBe('lacking');
  expect(standingOf(batch, { sequence: 2, hash: 'b' })).toBe('lacking');
  expect(standingOf(batch, { sequence: 3, hash: 'a'.repeat(64) })).toBe('agrees');
  expect(standingOf(batch, { sequence: 3, hash: 'b'.repeat(64) })).toBe('forked');
  expect(standingOf(batch, { sequence: 5, hash: hashOf(1) })).toBe('agrees');
  expect(standingOf(batch, { sequence: 5, hash: hashOf(0) })).toBe('forked');
  expect(standingOf(batch, { sequence: 7, hash: hashOf(2) })).toBe('forked');
});

test('a spool that died while it copied what waits into a new chain hands each record over', async () => {
  const ledger = createTestLedger();
  await run(ledger, ['a']);
  const cursor = await readFile(join(directory, 'order.cursor.json'));
  const spool = await createAuditSpool(directory, 'order');
  await spool.append(madeUpRecord({ decisionId: 'b' }), 'written');
  await spool.startAnew();
  await spool.close();
  // It died before it wrote down where the copies begin.
  await writeFile(join(directory, 'order.cursor.json'), cursor);
  const again = await createAuditSpool(directory, 'order');
  await again.startAnew();
  const batch = await again.waiting(100_000);
  expect(batch?.lines.map((line) => parseLine(line).decisionId)).toEqual(['b']);
  expect(batch?.firstSequence).toBe(1);
  await again.close();
});
