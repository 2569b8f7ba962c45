import { accessGraph, postgresSetup } from '@zt/access-graph';
import type { DecisionRecord } from '@zt/kit/audit';
import { createTestCallContext, idOf, startTestDatabase, type TestDatabase } from '@zt/kit/testing';
import { ListDecisionsRequest } from '@zt/proto/audit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAuditService } from './audit-service.ts';
import { createAuditStore } from './audit-store.ts';
import { createTestChain } from './testing/chain.ts';
import { noBundles } from './testing/no-bundles.ts';

let database: TestDatabase;
let service: ReturnType<typeof createAuditService>;
const operator = createTestCallContext(null, { peer: idOf('operator') });

const second = (seconds: number) => new Date(Date.UTC(2026, 2, 1, 12, 0, seconds)).toISOString();
const token = (subject: string) => ({
  id: `token of ${subject}`,
  subject,
  audience: idOf('order'),
  chain: [],
  scopes: [],
  expiresAt: second(60),
});

/** Seven decisions of two services. Their times run backwards once: a clock was set. */
const decided: readonly Partial<DecisionRecord>[] = [
  { decisionId: 'one', time: second(1), token: token('alice'), traceId: 'a'.repeat(32) },
  {
    decisionId: 'two',
    time: second(2),
    token: token('bob'),
    allowed: false,
    reasons: ['scope_missing', 'role_missing'],
  },
  { decisionId: 'three', time: second(3), token: null, method: '/order.v1.OrderService/GetOrder' },
  { decisionId: 'four', time: second(2), token: token('alice') },
  { decisionId: 'five', time: second(4), token: token('alice'), allowed: false, reasons: ['role_missing'] },
  { decisionId: 'six', time: second(4), service: idOf('payment'), token: token('alice') },
  { decisionId: 'seven', time: second(5), service: idOf('payment'), kind: 'handshake', method: '', token: null },
];

beforeAll(async () => {
  database = await startTestDatabase({
    name: 'audit',
    migrations: new URL('../migrations/', import.meta.url),
    setup: postgresSetup(accessGraph, 'audit'),
  });
  service = createAuditService({
    store: createAuditStore(database),
    now: () => new Date(),
    onGap: () => {},
    bundles: noBundles,
  });
  for (const writer of ['order', 'payment']) {
    const chain = createTestChain(idOf(writer));
    const own = decided.filter((record) => (record.service ?? idOf('order')) === idOf(writer));
    for (const record of own) chain.add({}, record);
    const { spoolId, firstSequence, lines } = chain.batch(1, own.length);
    const records = lines.map((line) => Buffer.from(line));
    const request = { spoolId, firstSequence, records, earlierAreGone: false };
    await service.recordDecisions(request, createTestCallContext(null, { peer: idOf(writer) }));
  }
}, 60_000);

afterAll(() => database?.close());

async function page(asked: Partial<ListDecisionsRequest>): Promise<{ ids: string[]; next: string }> {
  const request = { ...ListDecisionsRequest.decode(Buffer.alloc(0)), ...asked };
  const { decisions, nextPageToken } = await service.listDecisions(request, operator);
  const ids = decisions.map(({ record }) => (JSON.parse(record.toString()) as DecisionRecord).decisionId);
  return { ids, next: nextPageToken };
}

test('decisions are listed the newest first, of all services', async () => {
  const { ids, next } = await page({});
  expect(ids).toEqual(['seven', 'six', 'five', 'three', ...ids.slice(4, 6), 'one']);
  expect(ids.slice(4, 6).toSorted()).toEqual(['four', 'two']);
  expect(next).toBe('');
});

test.each<[string, Partial<ListDecisionsRequest>, readonly string[]]>([
  ['of one service', { service: idOf('payment') }, ['seven', 'six']],
  ['on behalf of one user', { subject: 'bob' }, ['two']],
  ['about one method', { method: '/order.v1.OrderService/GetOrder' }, ['three']],
  ['with one id', { decisionId: 'four' }, ['four']],
  ['of one request', { traceId: 'a'.repeat(32) }, ['one']],
  ['refused for one reason among several', { reason: 'role_missing' }, ['five', 'two']],
  ['that were refused', { verdict: 2 }, ['five', 'two']],
  ['that were allowed, for one user', { verdict: 1, subject: 'alice' }, ['six', 'four', 'one']],
  [
    'from a moment on, and until before another',
    { from: new Date(second(3)), until: new Date(second(5)) },
    ['six', 'five', 'three'],
  ],
  ['of which there are none', { subject: 'nobody' }, []],
])('decisions %s are found', async (_which, asked, expected) => {
  expect((await page(asked)).ids).toEqual(expected);
});

test('pages follow each other without a gap and without a repetition, whatever is added meanwhile', async () => {
  const ids: string[] = [];
  let pageToken = '';
  do {
    const found = await page({ pageSize: 2, pageToken });
    expect(found.ids.length).toBeLessThanOrEqual(2);
    ids.push(...found.ids);
    pageToken = found.next;
  } while (pageToken !== '');
  expect(ids).toEqual((await page({})).ids);
  expect(new Set(ids).size).toBe(7);
});

test('a page that ends with the last decision is the last page', async () => {
  expect((await page({ pageSize: 7 })).next).toBe('');
  expect((await page({ pageSize: 6 })).next).not.toBe('');
});

test.each([{ pageSize: -1 }, { pageSize: 501 }, { pageToken: 'x' }, { pageToken: 'W10' }])(
  'a page that cannot be is refused: %j',
  async (asked) => {
    await expect(page(asked)).rejects.toMatchObject({ refusal: 'invalid' });
  },
);
