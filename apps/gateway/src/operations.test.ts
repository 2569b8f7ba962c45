import type { CallFacts } from '@zt/kit/authz';
import { expect, test } from 'vitest';
import { order, orderJson } from './testing/shop-answers.ts';
import { contextOf, refuseAll, startTestGateway } from './testing/test-gateway.ts';

const one = `/v1/orders/${order.orderId}`;
const support = `/v1/support/orders/${order.orderId}`;
const supportJson = { ...orderJson, userId: 'alice' };
const refund = { amount: { currency: 'EUR', minorUnits: 500 } };
const headers = { 'content-type': 'application/json', 'idempotency-key': 'key-00001', purpose: 'ticket 4711' };
const refunding = { method: 'POST', headers, body: JSON.stringify(refund) };
const page = { orders: [order], nextPageToken: 'next' };

interface Case {
  readonly path: string;
  readonly init: RequestInit;
  readonly method: string;
  readonly resource: object;
  readonly client: string;
  readonly request: object;
  readonly response: object;
  readonly json: object;
}

const cases: readonly Case[] = [
  {
    path: '/v1/orders?page_size=5&page_token=abc',
    init: {},
    method: '/gateway/ListOrders',
    resource: {},
    client: 'listOrders',
    request: { pageSize: 5, pageToken: 'abc' },
    response: page,
    json: { orders: [orderJson], nextPageToken: 'next' },
  },
  {
    path: '/v1/orders',
    init: {},
    method: '/gateway/ListOrders',
    resource: {},
    client: 'listOrders',
    request: { pageSize: 0, pageToken: '' },
    response: { orders: [], nextPageToken: '' },
    json: { orders: [], nextPageToken: null },
  },
  {
    path: `${one}/cancel`,
    init: { method: 'POST' },
    method: '/gateway/CancelOrder',
    resource: { order: order.orderId },
    client: 'cancelOrder',
    request: { orderId: order.orderId },
    response: { order: { ...order, status: 4 } },
    json: { ...orderJson, status: 'cancelled' },
  },
  {
    path: `${one}/refunds`,
    init: refunding,
    method: '/gateway/RefundOrder',
    resource: { order: order.orderId },
    client: 'refundOrder',
    request: { orderId: order.orderId, idempotencyKey: 'key-00001', ...refund },
    response: { order: { ...order, refunded: refund.amount } },
    json: { ...orderJson, refunded: refund.amount },
  },
  {
    path: support,
    init: { headers },
    method: '/gateway/GetAnyOrder',
    resource: { order: order.orderId, purpose: 'ticket 4711' },
    client: 'getAnyOrder',
    request: { orderId: order.orderId, purpose: 'ticket 4711' },
    response: { order },
    json: supportJson,
  },
  {
    path: '/v1/support/orders?user=alice&page_size=100',
    init: { headers },
    method: '/gateway/ListAnyOrders',
    resource: { user: 'alice', purpose: 'ticket 4711' },
    client: 'listAnyOrders',
    request: { userId: 'alice', purpose: 'ticket 4711', pageSize: 100, pageToken: '' },
    response: page,
    json: { orders: [supportJson], nextPageToken: 'next' },
  },
];

test.each(cases)('$path is decided as $method, and handed on', async ({ path, init, ...expected }) => {
  const decided: Omit<CallFacts, 'peer'>[] = [];
  const asked: unknown[] = [];
  await using gateway = await startTestGateway({
    decide: async (request) => {
      decided.push(request);
      return contextOf(request);
    },
    order: {
      [expected.client]: async (request: unknown) => {
        asked.push(request);
        return expected.response;
      },
    },
  });
  const response = await fetch(gateway.url + path, init);
  expect(await response.json()).toEqual(expected.json);
  expect(response.status).toBe(200);
  expect(response.headers.get('x-decision-id')).toBe('decision-1');
  expect(decided.map(({ method, resource }) => ({ method, resource }))).toEqual([
    { method: expected.method, resource: expected.resource },
  ]);
  expect(asked).toEqual([expected.request]);
});

test.each(cases)('$path is not handed on where it is not allowed', async ({ path, init }) => {
  await using gateway = await startTestGateway({ decide: refuseAll });
  const response = await fetch(gateway.url + path, { ...init, headers: {} });
  expect(response.status).toBe(401);
  expect(gateway.failures).toEqual([]);
});

test('policy learns that a purpose is missing, and decides', async () => {
  const resources: object[] = [];
  await using gateway = await startTestGateway({
    decide: async (request) => {
      resources.push(request.resource);
      return await refuseAll(request);
    },
  });
  await fetch(gateway.url + support);
  await fetch(`${gateway.url}/v1/support/orders`);
  expect(resources).toEqual([{ order: order.orderId }, {}]);
});

test.each([
  ['DELETE', '/v1/orders', 'POST, GET, HEAD, OPTIONS'],
  ['PUT', one, 'GET, HEAD, OPTIONS'],
  ['GET', `${one}/cancel`, 'POST, OPTIONS'],
  ['HEAD', `${one}/cancel`, 'POST, OPTIONS'],
  ['POST', '/openapi.json', 'GET, HEAD, OPTIONS'],
])('%s %s is answered with the methods that there are, without a decision', async (method, path, allowed) => {
  await using gateway = await startTestGateway({ decide: () => Promise.reject(new Error('nothing is decided')) });
  const response = await fetch(gateway.url + path, { method });
  expect([response.status, response.headers.get('allow')]).toEqual([405, allowed]);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
});

test("OPTIONS names the methods, and lets no other origin's page in", async () => {
  await using gateway = await startTestGateway({ decide: () => Promise.reject(new Error('nothing is decided')) });
  const asking = { origin: 'https://elsewhere.example', 'access-control-request-method': 'POST' };
  const response = await fetch(`${gateway.url}/v1/orders`, { method: 'OPTIONS', headers: asking });
  expect([response.status, response.headers.get('allow')]).toEqual([204, 'POST, GET, HEAD, OPTIONS']);
  const simple = await fetch(`${gateway.url}/healthz`, { headers: asking });
  for (const { headers } of [response, simple]) {
    expect([...headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
  }
});

test('HEAD is decided like GET, and has no body', async () => {
  const methods: string[] = [];
  await using gateway = await startTestGateway({
    decide: async (request) => {
      methods.push(request.method);
      return contextOf(request);
    },
    order: { getOrder: async () => ({ order }) },
  });
  const response = await fetch(gateway.url + one, { method: 'HEAD' });
  expect([response.status, await response.text()]).toEqual([200, '']);
  expect(methods).toEqual(['/gateway/GetOrder']);
});

test('an address that is too long is not looked up', async () => {
  await using gateway = await startTestGateway({ decide: () => Promise.reject(new Error('nothing is decided')) });
  const response = await fetch(`${gateway.url}/v1/orders/${'x'.repeat(3_000)}`);
  expect(response.status).toBe(414);
});

test('a body that nobody asked for does no harm to the next request', async () => {
  await using gateway = await startTestGateway({ order: { cancelOrder: async () => ({ order }) } });
  const cancel = () => fetch(`${gateway.url}${one}/cancel`, { method: 'POST', body: 'GET /healthz HTTP/1.1\r\n\r\n' });
  expect([(await cancel()).status, (await cancel()).status]).toEqual([200, 200]);
});
