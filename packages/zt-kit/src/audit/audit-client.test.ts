import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { madeUpRecord } from '../testing/made-up-record.ts';
import { createAuditClient, type RecordSink } from './audit-client.ts';
import { createAuditSpool } from './audit-spool.ts';
import { hashOfLine, parseLine } from './chained-record.ts';
import { readSpool } from './spool-segments.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'zt-client-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const record = (decisionId: string) => madeUpRecord({ decisionId });
const quick = { gatherMs: 1, firstRetryMs: 1, longestRetryMs: 5 };
const log = () => {};

/** A ledger that keeps everything, and is never asked how far it is. */
const sinkOf = (keep: RecordSink['keep']): RecordSink => ({ keep, end: () => expect.fail('nobody asks') });

/** A ledger in memory: which decisions it was handed, in which order. */
function createSink(): { readonly sink: RecordSink; readonly taken: string[] } {
  const taken: string[] = [];
  return {
    taken,
    sink: sinkOf(async ({ lines }) => void taken.push(...lines.map((line) => parseLine(line).decisionId))),
  };
}

test('what is recorded reaches the ledger in its order, each record once', async () => {
  const spool = await createAuditSpool(directory, 'order');
  await spool.append(record('before'), 'written');
  const { sink, taken } = createSink();
  const client = createAuditClient({ spool, sink, log, ...quick });
  await vi.waitUntil(() => taken.length === 1);
  for (const id of ['a', 'b', 'c']) await spool.append(record(id), 'written');
  await vi.waitUntil(() => taken.length === 4);
  await client.close();
  await spool.close();
  expect(taken).toEqual(['before', 'a', 'b', 'c']);
});

test('while the ledger is gone records wait and calls do not; both is told once, and then they flow', async () => {
  const spool = await createAuditSpool(directory, 'order');
  const { sink, taken } = createSink();
  const events: string[] = [];
  let tries = 0;
  let gone = true;
  const client = createAuditClient({
    spool,
    log: ({ event }) => events.push(event),
    sink: sinkOf(async (batch, signal) => {
      tries += 1;
      if (gone) throw new Error('no connection');
      await sink.keep(batch, signal);
    }),
    ...quick,
  });
  await spool.append(record('a'), 'synced');
  await vi.waitUntil(() => tries > 3);
  await spool.append(record('b'), 'synced');
  gone = false;
  await vi.waitUntil(() => taken.length === 2);
  await client.close();
  await spool.close();
  expect(taken).toEqual(['a', 'b']);
  expect(events).toEqual(['records_wait', 'records_flow_again']);
});

test('a client that is closed gives up a ledger that does not answer, and what it had waits on', async () => {
  const spool = await createAuditSpool(directory, 'order');
  await spool.append(record('a'), 'synced');
  const asked = Promise.withResolvers<void>();
  const client = createAuditClient({
    spool,
    log,
    sink: sinkOf(
      (_batch, signal) =>
        new Promise((_resolve, reject) => {
          asked.resolve();
          signal.addEventListener('abort', () => reject(new Error('given up')));
        }),
    ),
    ...quick,
  });
  await asked.promise;
  await client.close();
  expect((await spool.waiting(1000))?.lines).toHaveLength(1);
  await spool.close();
});

test('a process that is killed while it hands records over loses none, and what comes twice is the same', async () => {
  const [spoolModule, clientModule] = ['./audit-spool.ts', './audit-client.ts'].map(
    (file) => new URL(file, import.meta.url).href,
  );
  const ledger = join(directory, 'ledger');
  const script = `
    import { appendFile } from 'node:fs/promises';
    const { createAuditSpool } = await import(${JSON.stringify(spoolModule)});
    const { createAuditClient } = await import(${JSON.stringify(clientModule)});
    const spool = await createAuditSpool(${JSON.stringify(directory)}, 'order', { segmentBytes: 20_000 });
    let batches = 0;
    createAuditClient({ spool, log() {}, gatherMs: 1, batchBytes: 5_000, sink: { async keep({ lines }) {
      await appendFile(${JSON.stringify(ledger)}, lines.join('\\n') + '\\n');
      // The ledger has it, and its answer is never heard.
      if (++batches === 3) process.kill(process.pid, 'SIGKILL');
    } } });
    const record = ${JSON.stringify(record('x'))};
    for (let i = 0; i < 30; i++) await spool.append({ ...record, decisionId: process.argv[1] + '-' + i }, 'written');
    await new Promise(() => setInterval(() => {}, 1000));`;
  for (const round of ['one', 'two', 'three']) {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script, round], { stdio: 'inherit' });
    const [, signal] = await once(child, 'exit');
    expect(signal).toBe('SIGKILL');
  }
  const spool = await createAuditSpool(directory, 'order');
  const handed = (await readFile(ledger, 'utf8')).trimEnd().split('\n');
  const client = createAuditClient({
    spool,
    log,
    sink: sinkOf(async ({ lines }) => void handed.push(...lines.map(String))),
    ...quick,
  });
  await spool.append(record('end'), 'written');
  await vi.waitUntil(() => handed.at(-1)?.includes('"end"'));
  await client.close();
  await spool.close();

  const bySequence = new Map<number, string>();
  for (const line of handed) {
    const { sequence } = parseLine(line).chain;
    expect(bySequence.get(sequence) ?? line).toBe(line);
    bySequence.set(sequence, line);
  }
  expect(handed.length).toBeGreaterThan(bySequence.size);
  const inOrder = [...bySequence.entries()].sort(([a], [b]) => a - b);
  expect(inOrder.map(([sequence]) => sequence)).toEqual(inOrder.map((_, index) => index + 1));
  expect((await readSpool(directory, 'order')).at(-1)).toEqual(parseLine(inOrder.at(-1)?.[1] ?? ''));
  for (const [index, [, line]] of inOrder.entries()) {
    const next = inOrder[index + 1]?.[1];
    if (next !== undefined) expect(parseLine(next).chain.previous).toBe(hashOfLine(line));
  }
}, 30_000);
