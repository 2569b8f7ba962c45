import { once } from 'node:events';
import { connect } from 'node:net';
import { status } from '@grpc/grpc-js';
import type { CallContext, CallFacts } from '@zt/kit/authz';
import { BusinessError } from '@zt/kit/errors';
import { CallError } from '@zt/kit/service';
import type { PlaceOrderRequest } from '@zt/proto/order';
import { expect, test } from 'vitest';
import { newOrder as body, order, orderJson, stock } from './testing/shop-answers.ts';
import { contextOf, refuseAll, startTestGateway } from './testing/test-gateway.ts';

const headers = {
  authorization: 'Bearer user.token.here',
  'content-type': 'application/json',
  'idempotency-key': 'key-00001',
  'user-agent': 'test/1',
};
const post = (url: string, changes: RequestInit = {}) =>
  fetch(`${url}/v1/orders`, { method: 'POST', headers, body: JSON.stringify(body), ...changes });

test('an order travels on with the context of its decision, and comes back as JSON', async () => {
  const decided: Omit<CallFacts, 'peer'>[] = [];
  const placed: [PlaceOrderRequest, CallContext][] = [];
  let context: CallContext | undefined;
  await using gateway = await startTestGateway({
    decide: async (request) => {
      decided.push(request);
      context = contextOf(request);
      return context;
    },
    order: {
      placeOrder: async (request, call) => {
        placed.push([request, call]);
        return { order };
      },
    },
  });
  const response = await post(gateway.url);
  expect(response.status).toBe(201);
  expect(await response.json()).toEqual(orderJson);
  expect(decided).toHaveLength(1);
  expect(decided[0]).toMatchObject({
    method: '/gateway/PlaceOrder',
    bearerToken: 'user.token.here',
    resource: {},
    address: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
    userAgent: 'test/1',
  });
  expect(placed[0]?.[0]).toEqual({ idempotencyKey: 'key-00001', ...body });
  // The very same object: the kit finds the user's token by it.
  expect(placed[0]?.[1]).toBe(context);
  expect(response.headers.get('location')).toBe(`/v1/orders/${order.orderId}`);
  expect(response.headers.get('x-decision-id')).toBe('decision-1');
});

test("a caller's trace goes on, and a request without one begins one", async () => {
  const seen: (string | null)[] = [];
  await using gateway = await startTestGateway({
    decide: async (request) => {
      seen.push(request.traceparent);
      return contextOf(request);
    },
    order: { getOrder: async () => ({ order }) },
  });
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  const get = (traceparent: string) => fetch(`${gateway.url}/v1/orders/${order.orderId}`, { headers: { traceparent } });
  const response = await get(`00-${traceId}-b7ad6b7169203331-01`);
  expect(response.headers.get('traceparent')).toContain(`00-${traceId}-`);
  expect(seen[0]).toContain(`00-${traceId}-`);
  for (const wrong of ['nonsense', `00-${'0'.repeat(32)}-b7ad6b7169203331-01`]) {
    const fresh = (await get(wrong)).headers.get('traceparent');
    expect(fresh).toMatch(/^00-(?!0{32})[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(fresh).not.toContain(traceId);
  }
});

test('a request that is not allowed is answered before its body is read, and nothing further on is asked', async () => {
  await using gateway = await startTestGateway({ decide: refuseAll });
  const response = await post(gateway.url, { body: 'this is no JSON' });
  expect(response.status).toBe(401);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(response.headers.get('www-authenticate')).toBe('Bearer');
  expect(response.headers.get('x-decision-id')).toBe('decision-2');
  expect(response.headers.get('traceparent')).toMatch(/^00-/);
  expect(await response.json()).toEqual({
    type: 'about:blank',
    title: 'Unauthorized',
    status: 401,
    detail: 'The caller could not be verified.',
    decisionId: 'decision-2',
  });
  for (const path of ['/v1/orders/x', '/v1/stock/x']) {
    expect((await fetch(gateway.url + path)).status).toBe(401);
  }
});

test.each([
  ['a body that is no JSON', { body: '{' }, 400],
  ['an unknown field', { body: JSON.stringify({ ...body, user: 'bob' }) }, 400],
  ['no idempotency key', { headers: { 'content-type': 'application/json' } }, 400],
  ['another content type', { headers: { ...headers, 'content-type': 'text/plain' } }, 415],
  ['a body of more than 64 KiB', { body: JSON.stringify({ ...body, padding: 'x'.repeat(70_000) }) }, 413],
])('%s is refused as a problem, and order is not asked', async (_, changes, expected) => {
  await using gateway = await startTestGateway({});
  const response = await post(gateway.url, changes);
  expect(response.status).toBe(expected);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(response.headers.get('x-decision-id')).toBe('decision-1');
  expect(gateway.failures).toEqual([]);
});

test('a body that does not say how long it is may have 64 KiB too, and no more', async () => {
  await using gateway = await startTestGateway({});
  const stream = new ReadableStream({
    pull: (controller) => controller.enqueue(new TextEncoder().encode('x'.repeat(16_384))),
  });
  const response = await post(gateway.url, { body: stream, duplex: 'half' } as RequestInit);
  expect(response.status).toBe(413);
});

test.each([
  [status.INVALID_ARGUMENT, 400, 'the sentence'],
  [status.NOT_FOUND, 404, 'the sentence'],
  [status.ALREADY_EXISTS, 409, 'the sentence'],
  [status.FAILED_PRECONDITION, 409, 'the sentence'],
  [status.PERMISSION_DENIED, 403, 'the sentence'],
  [status.UNAUTHENTICATED, 403, 'The call is not allowed.'],
  [status.RESOURCE_EXHAUSTED, 429, 'There is too much to do at the moment. Send the request again later.'],
  [status.UNAVAILABLE, 503, 'There was no answer in time. Send the request again with the same key.'],
  [status.CANCELLED, 503, 'There was no answer in time. Send the request again with the same key.'],
  [status.DEADLINE_EXCEEDED, 504, 'There was no answer in time. Send the request again with the same key.'],
  [status.UNIMPLEMENTED, 500, 'The service failed.'],
  [status.INTERNAL, 500, 'The service failed.'],
])("order's status %i is HTTP's %i", async (code, expected, detail) => {
  await using gateway = await startTestGateway({
    order: { placeOrder: () => Promise.reject(new CallError('order', code, 'the sentence')) },
  });
  const response = await post(gateway.url);
  expect(response.status).toBe(expected);
  expect(await response.json()).toMatchObject({ status: expected, detail, decisionId: 'decision-1' });
});

test('an error that is nobody’s refusal says nothing of itself, outside or in the log', async () => {
  await using gateway = await startTestGateway({
    order: { placeOrder: () => Promise.reject(new TypeError('secret')) },
  });
  const response = await post(gateway.url);
  expect(response.status).toBe(500);
  expect(await response.text()).not.toContain('secret');
  expect(gateway.failures).toEqual([{ error: 'TypeError', traceId: expect.stringMatching(/^[0-9a-f]{32}$/) }]);
});

test('an order and the stock are shown, and policy learns which', async () => {
  const resources: CallFacts['resource'][] = [];
  await using gateway = await startTestGateway({
    decide: async (request) => {
      resources.push(request.resource);
      return contextOf(request);
    },
    order: { getOrder: async () => ({ order: { ...order, status: 3, rejectedBecause: 'Sold out.' } }) },
    inventory: { getStock: async () => stock },
  });
  const shown = await fetch(`${gateway.url}/v1/orders/${order.orderId}`);
  expect(await shown.json()).toMatchObject({ status: 'rejected', rejectedBecause: 'Sold out.' });
  const answer = await fetch(`${gateway.url}/v1/stock/tea-assam-100g`);
  expect(await answer.json()).toEqual(stock);
  expect(resources).toEqual([{ order: order.orderId }, { sku: 'tea-assam-100g' }]);
});

test('a refusal by the rules of order is passed on with its sentence', async () => {
  await using gateway = await startTestGateway({
    decide: () => Promise.reject(new BusinessError('unavailable', 'Not now.')),
  });
  const response = await post(gateway.url);
  expect(response.status).toBe(503);
  expect(response.headers.get('retry-after')).toBe('1');
});

test('health needs no token, and what does not exist says so without a decision', async () => {
  await using gateway = await startTestGateway({ decide: refuseAll });
  expect(await (await fetch(`${gateway.url}/healthz`)).json()).toEqual({ status: 'ok' });
  for (const path of ['/', '/v1', '/v1/order', '/metrics']) {
    const response = await fetch(gateway.url + path);
    expect([response.status, response.headers.get('x-decision-id')]).toEqual([404, null]);
  }
});

test('every answer tells browsers to guess, frame, keep and run nothing', async () => {
  await using gateway = await startTestGateway({ decide: refuseAll });
  for (const response of [await fetch(`${gateway.url}/healthz`), await post(gateway.url)]) {
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
    });
  }
});

test.each([
  ['says how long it is', 'content-length: 100', '{'],
  ['comes in pieces', 'transfer-encoding: chunked', '1\r\n{'],
])(
  'a body that %s and does not end is given up at the deadline, and its connection closed',
  async (_, length, start) => {
    await using gateway = await startTestGateway({ timeoutMs: 100 });
    const { hostname, port } = new URL(gateway.url);
    const socket = connect(Number(port), hostname);
    const lines = ['POST /v1/orders HTTP/1.1', 'host: x', 'content-type: application/json', length, '', start];
    socket.write(lines.join('\r\n'));
    const [answer] = await once(socket.setEncoding('utf8'), 'data');
    expect(answer).toContain('HTTP/1.1 408');
    await once(socket, 'close');
  },
);

test('a caller who goes away takes the call along', async () => {
  const { promise, resolve } = Promise.withResolvers<CallContext>();
  await using gateway = await startTestGateway({
    timeoutMs: 60_000,
    order: {
      placeOrder: (_, call) => {
        resolve(call);
        return new Promise(() => {});
      },
    },
  });
  const leaving = new AbortController();
  const response = post(gateway.url, { signal: leaving.signal });
  const { signal } = await promise;
  expect(signal.aborted).toBe(false);
  leaving.abort();
  await expect(response).rejects.toThrow();
  if (!signal.aborted) await once(signal, 'abort');
});
