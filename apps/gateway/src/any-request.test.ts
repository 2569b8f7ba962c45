import { array, assert, asyncProperty, constantFrom, dictionary, json, oneof, record, string, tuple } from 'fast-check';
import { expect, test } from 'vitest';
import { type Operation, operations } from './operations.ts';
import { createDocumentedAnswers } from './testing/documented-answers.ts';
import { newOrder, order } from './testing/shop-answers.ts';
import { startTestGateway, testDocument } from './testing/test-gateway.ts';

const documented = createDocumentedAnswers(testDocument);
const one = async () => ({ order });

/** Bodies that are nearly right, bodies that are JSON, and bodies that are anything. */
const body = oneof(
  json(),
  string({ unit: 'binary' }),
  record({
    lines: array(record({ sku: oneof(string(), constantFrom('tea')), quantity: oneof(json(), constantFrom(1)) })),
    total: oneof(constantFrom(newOrder.total), json()),
  }).map((value) => JSON.stringify(value)),
  tuple(string(), json()).map(([name, value]) => `{"lines":[],${JSON.stringify(name)}:${value}}`),
);

test('whatever is sent, the answer is one of the document, and never that the service failed', async () => {
  await using gateway = await startTestGateway({ order: { placeOrder: one, refundOrder: one } });
  const both = [operations.placeOrder, operations.refundOrder] satisfies Operation[];
  await assert(
    asyncProperty(constantFrom(...both), body, string(), async (operation, sent, key) => {
      const path = operation.path.replace('{id}', order.orderId);
      const headers = { 'content-type': 'application/json', 'idempotency-key': encodeURIComponent(key) };
      const response = await fetch(gateway.url + path, { method: 'POST', headers, body: sent });
      expect(await documented.differences(`post ${operation.path}`, response)).toEqual([]);
      expect(response.status).toBeLessThan(500);
    }),
    { numRuns: 300 },
  );
  expect(gateway.failures).toEqual([]);
}, 30_000);

test('whatever is asked for, the answer is one of the document, and never that the service failed', async () => {
  await using gateway = await startTestGateway({
    order: { listOrders: async () => ({ orders: [], nextPageToken: '' }) },
  });
  await assert(
    asyncProperty(dictionary(oneof(string(), constantFrom('page_size', 'page_token')), string()), async (query) => {
      const response = await fetch(`${gateway.url}/v1/orders?${new URLSearchParams(query)}`);
      expect(await documented.differences('get /v1/orders', response)).toEqual([]);
      expect(response.status).toBeLessThan(500);
    }),
    { numRuns: 300 },
  );
  expect(gateway.failures).toEqual([]);
}, 30_000);
