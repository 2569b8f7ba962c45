import { expect, test } from 'vitest';
import { newOrder as body, order } from './testing/shop-answers.ts';
import { startTestGateway } from './testing/test-gateway.ts';

const headers = { 'content-type': 'application/json', 'idempotency-key': 'key-00001' };
type Sent = string | Uint8Array<ArrayBuffer>;

/** What the gateway says of a body; whatever it says, order was not asked. */
async function faultsOf(sent: Sent, changes: Record<string, string> = {}) {
  await using gateway = await startTestGateway({});
  const response = await fetch(`${gateway.url}/v1/orders`, {
    method: 'POST',
    headers: { ...headers, ...changes },
    body: sent,
  });
  expect(response.status).toBe(400);
  expect(gateway.failures).toEqual([]);
  return (await response.json()) as { readonly detail: string; readonly errors: readonly object[] };
}

test.each([
  ['no lines', { ...body, lines: [] }, '#/lines', 'has to have at least 1 entry'],
  ['51 lines', { ...body, lines: Array(51).fill(body.lines[0]) }, '#/lines', 'has to have at most 50 entries'],
  ['lines that are no list', { ...body, lines: 1 }, '#/lines', 'has to be a list'],
  [
    'a quantity as text',
    { ...body, lines: [{ sku: 'tea', quantity: '2' }] },
    '#/lines/0/quantity',
    'has to be a whole number',
  ],
  ['a fraction', { ...body, lines: [{ sku: 'tea', quantity: 1.5 }] }, '#/lines/0/quantity', 'has to be a whole number'],
  ['no quantity', { ...body, lines: [{ sku: 'tea' }] }, '#/lines/0/quantity', 'is missing'],
  [
    'a quantity of 1001',
    { ...body, lines: [{ sku: 'tea', quantity: 1001 }] },
    '#/lines/0/quantity',
    'has to be at most 1000',
  ],
  [
    'an unknown field of a line',
    { ...body, lines: [{ sku: 'tea', quantity: 1, price: 1 }] },
    '#/lines/0',
    'has a field that is not known; known are sku, quantity',
  ],
  [
    'a long sku',
    { ...body, lines: [{ sku: 'a'.repeat(65), quantity: 1 }] },
    '#/lines/0/sku',
    'has to have at most 64 characters',
  ],
  ['an unknown field', { ...body, userId: 'bob' }, '#', 'has a field that is not known; known are lines, total'],
  ['another currency', { ...body, total: { currency: 'USD', minorUnits: 1 } }, '#/total/currency', 'has to be EUR'],
  [
    'a total of zero',
    { ...body, total: { currency: 'EUR', minorUnits: 0 } },
    '#/total/minorUnits',
    'has to be at least 1',
  ],
  ['no total', { lines: body.lines }, '#/total', 'is missing'],
  ['null', null, '#', 'has to be a JSON object in UTF-8 that has each name once'],
  ['a list', [], '#', 'has to be a JSON object in UTF-8 that has each name once'],
])('a body with %s is refused, and the answer says where', async (_, wrong, pointer, detail) => {
  expect((await faultsOf(JSON.stringify(wrong))).errors).toEqual([{ pointer, detail }]);
});

test.each<[string, Sent, string]>([
  ['no JSON', '{', 'has to be JSON'],
  ['nothing', '', 'has to be JSON'],
  [
    'a name twice',
    '{"lines":[],"total":{"currency":"EUR","minorUnits":1,"minorUnits":2}}',
    'has to be a JSON object in UTF-8 that has each name once',
  ],
  ['no UTF-8', Uint8Array.of(0x7b, 0xff, 0x7d), 'has to be a JSON object in UTF-8 that has each name once'],
  ['a byte order mark', `\ufeff${JSON.stringify(body)}`, 'has to be JSON'],
  ['a name that JavaScript treats in its own way', '{"__proto__":{"lines":[]}}', 'is missing'],
])('a body with %s is refused', async (_, text, detail) => {
  expect((await faultsOf(text)).errors).toContainEqual(expect.objectContaining({ detail }));
});

test('everything that is wrong is told at once, in words for people too', async () => {
  const { errors, detail } = await faultsOf('{"lines":[],"total":{"currency":"EUR","minorUnits":0}}', {
    'idempotency-key': 'short',
  });
  expect(errors).toEqual([
    { header: 'Idempotency-Key', detail: 'has 8 to 64 visible ASCII characters' },
    { pointer: '#/lines', detail: 'has to have at least 1 entry' },
    { pointer: '#/total/minorUnits', detail: 'has to be at least 1' },
  ]);
  expect(detail).toBe(
    'The request is not valid: Idempotency-Key has 8 to 64 visible ASCII characters; ' +
      'lines has to have at least 1 entry; total.minorUnits has to be at least 1.',
  );
});

test('nothing of a body is repeated, and a body with a thousand faults has a short answer', async () => {
  for (const text of [
    'secret',
    '{"secret":1}',
    '{"lines":"secret","total":"secret"}',
    '{"lines":[{"sku":"secret ","quantity":1}]}',
  ]) {
    expect(JSON.stringify(await faultsOf(text))).not.toContain('secret');
  }
  const lines = Array(50).fill({ sku: 1, quantity: 'x' });
  expect((await faultsOf(JSON.stringify({ lines, total: body.total }))).errors).toHaveLength(10);
});

test.each(['', 'short', 'k'.repeat(65), 'key with spaces'])('%j is no idempotency key', async (key) => {
  const { errors } = await faultsOf(JSON.stringify(body), { 'idempotency-key': key });
  expect(errors).toEqual([{ header: 'Idempotency-Key', detail: expect.stringContaining('8 to 64') }]);
});

const purpose = { purpose: 'ticket 4711' };
test.each([
  ['/v1/orders/ABC', {}, 'id', 'has to be a UUID in lower case'],
  [`/v1/orders/${order.orderId}%2F..`, {}, 'id', 'has to be a UUID in lower case'],
  ['/v1/stock/Tea', {}, 'sku', 'has lower-case letters, digits and single hyphens between them'],
  ['/v1/orders?page_size=0', {}, 'page_size', 'has to be a whole number from 1 to 100'],
  ['/v1/orders?page_size=101', {}, 'page_size', 'has to be at most 100'],
  ['/v1/orders?page_size=0x10', {}, 'page_size', 'has to be a whole number from 1 to 100'],
  ['/v1/orders?page_size=1&page_size=2', {}, 'page_size', 'has to be text'],
  ['/v1/orders?page_token=', {}, 'page_token', 'has to be the nextPageToken of a page before'],
  ['/v1/orders?user=bob', {}, 'query', 'has something not known; known are page_size, page_token'],
  [`/v1/orders/${order.orderId}?x=1`, {}, 'query', 'this request takes none'],
  ['/v1/support/orders', purpose, 'user', 'is missing'],
])('%s is refused, and the answer says which parameter', async (path, changes, parameter, detail) => {
  await using gateway = await startTestGateway({});
  const response = await fetch(gateway.url + path, { headers: changes });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ errors: [{ parameter, detail }] });
});

test('a purpose that is not text for the ledger is refused', async () => {
  await using gateway = await startTestGateway({});
  const ask = (purpose: string) => fetch(`${gateway.url}/v1/support/orders?user=alice`, { headers: { purpose } });
  for (const wrong of ['abc', 'x'.repeat(129), 'Grüße']) {
    expect(await (await ask(wrong)).json()).toMatchObject({ status: 400, errors: [{ header: 'Purpose' }] });
  }
});

test.each(['text/plain', 'application/json; charset=latin1', 'application/jsonp', 'multipart/form-data'])(
  'a body as %s is not read',
  async (type) => {
    await using gateway = await startTestGateway({});
    const changes = { ...headers, 'content-type': type };
    const response = await fetch(`${gateway.url}/v1/orders`, {
      method: 'POST',
      headers: changes,
      body: JSON.stringify(body),
    });
    expect([response.status, response.headers.get('x-decision-id')]).toEqual([415, 'decision-1']);
  },
);

test('a compressed body is not read: its size says nothing', async () => {
  await using gateway = await startTestGateway({});
  const changes = { ...headers, 'content-encoding': 'gzip' };
  const response = await fetch(`${gateway.url}/v1/orders`, {
    method: 'POST',
    headers: changes,
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(415);
});
