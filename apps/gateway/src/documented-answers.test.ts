import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { status } from '@grpc/grpc-js';
import { RefusedCall } from '@zt/kit/authz';
import { CallError } from '@zt/kit/service';
import { expect, test } from 'vitest';
import { type Operation, operations } from './operations.ts';
import { createDocumentedAnswers } from './testing/documented-answers.ts';
import { newOrder, order, stock } from './testing/shop-answers.ts';
import { refuseAll, startTestGateway, testDocument } from './testing/test-gateway.ts';

type Options = Parameters<typeof startTestGateway>[0];

interface Way {
  readonly gateway?: Options;
  readonly request?: RequestInit;
  readonly query?: string;
}

const documented = createDocumentedAnswers(testDocument);
const page = async () => ({ orders: [order], nextPageToken: 'next' });
const one = async () => ({ order });
const working: Options = {
  order: {
    placeOrder: one,
    getOrder: one,
    cancelOrder: one,
    refundOrder: one,
    getAnyOrder: one,
    listOrders: page,
    listAnyOrders: page,
  },
  inventory: { getStock: async () => stock },
};
const none = { requests: 1, seconds: 60 };

/** A gateway behind which every call fails like this. */
function failing(code: status): Options {
  const fail = () => Promise.reject(new CallError('order', code, 'What was wrong.'));
  const order = Object.fromEntries(Object.keys(working.order ?? {}).map((name) => [name, fail]));
  return { order, inventory: { getStock: fail } };
}

/** How each status comes about. */
const ways: Readonly<Record<number, Way>> = {
  200: {},
  201: {},
  400: { query: '&unknown=1' },
  401: { gateway: { decide: refuseAll } },
  403: {
    gateway: { decide: () => Promise.reject(new RefusedCall('decision-2', ['user_blocked'], 'secret')) },
  },
  404: { gateway: failing(status.NOT_FOUND) },
  409: { gateway: failing(status.FAILED_PRECONDITION) },
  413: { request: { body: `"${'x'.repeat(70_000)}"` } },
  414: { query: `&${'x'.repeat(2_048)}=1` },
  415: { request: { headers: { 'content-type': 'text/plain' } } },
  429: { gateway: { addressLimit: none } },
  500: { gateway: failing(status.INTERNAL) },
  503: { gateway: failing(status.UNAVAILABLE) },
  504: { gateway: failing(status.DEADLINE_EXCEEDED) },
};

const bodies: Readonly<Record<string, object>> = {
  placeOrder: newOrder,
  refundOrder: { amount: { currency: 'EUR', minorUnits: 1 } },
};

function urlOf(path: string, query = ''): string {
  const filled = path.replace('{id}', order.orderId).replace('{sku}', stock.sku);
  return `${filled}?${path === '/v1/support/orders' ? 'user=alice' : ''}${query}`;
}

function requestOf(operation: string, request: RequestInit = {}): RequestInit {
  const [method = '', path = ''] = operation.split(' ');
  const id = Object.entries<Operation>(operations).find(
    ([, each]) => each.path === path && each.method === method,
  )?.[0];
  const body = bodies[id ?? ''];
  const headers = { 'idempotency-key': 'key-00001', purpose: 'ticket 4711', 'content-type': 'application/json' };
  return {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...request,
    headers: { ...headers, ...request.headers },
  };
}

/** The answer to a body that does not come. */
async function answerToSilence(url: string, method: string, path: string): Promise<Response> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const head = [`${method.toUpperCase()} ${path} HTTP/1.1`, 'host: x', 'content-type: application/json'];
  socket.write([...head, 'content-length: 100', '', '{'].join('\r\n'));
  const answer = await text(socket);
  const [headers = '', body = ''] = answer.split('\r\n\r\n');
  const [first = '', ...lines] = headers.split('\r\n');
  return new Response(body, {
    status: Number(first.split(' ')[1]),
    headers: lines.map((line) => line.split(': ') as [string, string]),
  });
}

test.each(documented.all)('%s is answered as the document says', async (each) => {
  const [method = '', path = '', code = ''] = each.split(' ');
  const operation = `${method} ${path}`;
  if (code === '408') {
    await using gateway = await startTestGateway({ timeoutMs: 50 });
    const response = await answerToSilence(gateway.url, method, urlOf(path));
    expect(response.status).toBe(408);
    expect(await documented.differences(operation, response)).toEqual([]);
    return;
  }
  const way = ways[Number(code)];
  if (way === undefined) throw new Error(`nobody says how ${each} comes about`);
  await using gateway = await startTestGateway({ ...working, ...way.gateway });
  if (code === '429') await fetch(`${gateway.url}/healthz`);
  const response = await fetch(gateway.url + urlOf(path, way.query), requestOf(operation, way.request));
  expect(response.status).toBe(Number(code));
  expect(await documented.differences(operation, response)).toEqual([]);
});

test('the document has every route, and no other', async () => {
  await using gateway = await startTestGateway({});
  const routes = gateway.service.routes
    .filter(({ method }) => method !== 'ALL')
    .map(({ method, path }) => `${method.toLowerCase()} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
  const operations = documented.all.map((each) => each.slice(0, each.lastIndexOf(' ')));
  expect([...new Set(routes)].toSorted()).toEqual([...new Set(operations)].toSorted());
});

test.each(Object.values(status).filter((code) => typeof code === 'number' && code !== status.OK) as status[])(
  'whatever a service answers with (%i), every operation answers with a status of the document',
  async (code) => {
    await using gateway = await startTestGateway(failing(code));
    for (const operation of Object.values<Operation>(operations)) {
      const each = `${operation.method} ${operation.path}`;
      const response = await fetch(gateway.url + urlOf(operation.path), requestOf(each));
      expect(await documented.differences(each, response)).toEqual([]);
    }
  },
);

test('an answer that differs from the document is found out', async () => {
  const answer = (body: object, code = 200, headers = {}) =>
    Response.json(body, {
      status: code,
      headers: { ratelimit: 'x', 'ratelimit-policy': 'x', traceparent: 'x', ...headers },
    });
  const differences = (response: Response, operation = 'get /v1/stock/{sku}') =>
    documented.differences(operation, response);
  expect(await differences(answer(stock))).toEqual([]);
  expect(await differences(answer({ ...stock, secret: 1 }))).toEqual([
    expect.stringContaining('additional properties'),
  ]);
  expect(await differences(answer({}))).toEqual([expect.stringContaining('required')]);
  expect(await differences(answer(stock, 418))).toEqual([expect.stringContaining('418')]);
  expect(await differences(answer(stock, 200, { 'content-type': 'text/html' }))).toEqual([
    expect.stringContaining('html'),
  ]);
  expect(await differences(Response.json(stock))).toContain('get /v1/stock/{sku} 200 has no traceparent');
  expect(await differences(answer(stock), 'get /v1/other')).toEqual([expect.stringContaining('/v1/other')]);
});
