import { spawnSync } from 'node:child_process';
import { appendFile, mkdtemp, open, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createAuditSpool } from './audit-spool.ts';
import type { DecisionRecord } from './decision-record.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'zt-spool-'));
});

afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

function record(decisionId: string, detail = ''): DecisionRecord {
  return {
    version: 1,
    kind: 'call',
    time: '2030-01-01T00:00:00.000Z',
    decisionId,
    traceId: '',
    service: 'spiffe://zt.example/ns/shop/sa/order',
    serviceCertificate: null,
    method: '/order.v1.OrderService/GetOrder',
    allowed: true,
    reasons: [],
    observed: [],
    rule: '',
    policyRevision: '',
    peer: null,
    token: null,
    address: '',
    userAgent: '',
    resource: {},
    database: null,
    durationMs: 1,
    detail,
  };
}

async function kept(): Promise<string[]> {
  const lines = (await readFile(join(directory, 'order.jsonl'), 'utf8')).trimEnd().split('\n');
  return lines.map((line) => (JSON.parse(line) as DecisionRecord).decisionId);
}

test('records are kept one per line in the order in which they came, readable by the owner only', async () => {
  const spool = await createAuditSpool(directory, 'order');
  const ids = Array.from({ length: 200 }, (_, index) => `d${index}`);
  await Promise.all(ids.map((id, index) => spool.append(record(id), index % 3 === 0 ? 'synced' : 'written')));
  expect(await kept()).toEqual(ids);
  expect((await stat(join(directory, 'order.jsonl'))).mode & 0o777).toBe(0o600);
  await spool.close();
});

test('a spool that is opened again goes on where it ended', async () => {
  const first = await createAuditSpool(directory, 'order');
  await first.append(record('a'), 'synced');
  await first.close();
  const second = await createAuditSpool(directory, 'order');
  await second.append(record('b'), 'synced');
  expect(await kept()).toEqual(['a', 'b']);
  await second.close();
});

test('a line that a dying process left unfinished is cut off, however long it is', async () => {
  const first = await createAuditSpool(directory, 'order');
  await first.append(record('a'), 'synced');
  await first.close();
  await appendFile(join(directory, 'order.jsonl'), `{"decisionId":"${'x'.repeat(100_000)}`);
  const second = await createAuditSpool(directory, 'order');
  await second.append(record('b'), 'synced');
  expect(await kept()).toEqual(['a', 'b']);
  await second.close();
});

test('what was said to be kept survives the death of the process', async () => {
  const spool = new URL('./audit-spool.ts', import.meta.url).href;
  const script = `
    const { createAuditSpool } = await import(${JSON.stringify(spool)});
    const spool = await createAuditSpool(${JSON.stringify(directory)}, 'order');
    for (let i = 0; i < 20; i++) await spool.append({ decisionId: 'd' + i }, 'written');
    process.kill(process.pid, 'SIGKILL');`;
  const { signal } = spawnSync(process.execPath, ['--input-type=module', '--eval', script]);
  expect(signal).toBe('SIGKILL');
  expect(await kept()).toHaveLength(20);
});

test('where the file takes no more bytes the record counts as lost, and later ones are kept again whole', async () => {
  const spool = new URL('./audit-spool.ts', import.meta.url).href;
  // A limit on the size of files stands for a full disk: writing past it fails in the middle of a line.
  const script = `
    process.on('SIGXFSZ', () => {});
    const { createAuditSpool } = await import(${JSON.stringify(spool)});
    const spool = await createAuditSpool(${JSON.stringify(directory)}, 'order');
    await spool.append({ decisionId: 'a' }, 'synced');
    const lost = await spool.append({ decisionId: 'b', detail: 'x'.repeat(5000) }, 'synced').catch((error) => error.reason);
    await spool.append({ decisionId: 'c' }, 'synced');
    console.log(lost);`;
  const { stdout, stderr } = spawnSync(
    'bash',
    ['-c', 'ulimit -f 4; exec "$0" "$@"', process.execPath, '--input-type=module', '--eval', script],
    { encoding: 'utf8' },
  );
  expect(stderr + stdout).toContain('record_not_kept');
  expect(await kept()).toEqual(['a', 'c']);
});

test('what must be on disk is synced, with the folder that names it, and nothing else is', async () => {
  const anyFile = await open(directory);
  const synced = vi.spyOn(Object.getPrototypeOf(anyFile), 'datasync');
  const named = vi.spyOn(Object.getPrototypeOf(anyFile), 'sync');
  await anyFile.close();
  const spool = await createAuditSpool(directory, 'order');
  expect(named).toHaveBeenCalledOnce();
  await spool.append(record('a'), 'written');
  expect(synced).not.toHaveBeenCalled();
  await Promise.all(['b', 'c', 'd'].map((id) => spool.append(record(id), 'synced')));
  expect(synced.mock.calls.length).toBeGreaterThan(0);
  expect(synced.mock.calls.length).toBeLessThan(3);
  await spool.close();
});

test("a folder that is made for a spool is its owner's only", async () => {
  const spool = await createAuditSpool(join(directory, 'new'), 'order');
  expect((await stat(join(directory, 'new'))).mode & 0o777).toBe(0o700);
  await spool.close();
});

test('a spool that closes keeps what it took, and takes no more', async () => {
  const spool = await createAuditSpool(directory, 'order');
  const taken = spool.append(record('a'), 'synced');
  await spool.close();
  await taken;
  await expect(spool.append(record('b'), 'written')).rejects.toMatchObject({
    reason: 'record_not_kept',
    message: 'the audit spool is closed',
  });
  expect(await kept()).toEqual(['a']);
});
