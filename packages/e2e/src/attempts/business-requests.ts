import { randomUUID } from 'node:crypto';
import type { RawRequest } from '../shop/shop-client.ts';
import type { Attempt } from './attempt.ts';
import { type RefusedShopPath, refusedShopPath } from './shop-path.ts';
import { smallOrder } from './world.ts';

interface WrongRequest {
  readonly id: string;
  readonly title: string;
  readonly fault: string;
  readonly code: string;
  readonly method: string;
  readonly request: RawRequest;
}

const json = { 'content-type': 'application/json' };
const withKey = () => ({ ...json, 'idempotency-key': randomUUID() });
const order = JSON.stringify(smallOrder);

/** An order that is not one. */
const placing = (headers: Readonly<Record<string, string>>, body: string) => ({
  method: '/gateway/PlaceOrder',
  request: { method: 'POST', path: '/v1/orders', headers, body } as const,
});

const wrong: readonly WrongRequest[] = [
  { id: 'no-json', title: 'a body that is no JSON', fault: 'no JSON', code: '400', ...placing(withKey(), '{') },
  {
    id: 'unknown-field',
    title: 'an order for somebody else, in a field that there is not',
    fault: 'unknown field',
    code: '400',
    ...placing(withKey(), JSON.stringify({ ...smallOrder, userId: 'bob' })),
  },
  {
    id: 'name-twice',
    title: 'an order whose total stands in it twice',
    fault: 'a name twice',
    code: '400',
    ...placing(withKey(), `${order.slice(0, -1)},"total":{"currency":"EUR","minorUnits":1}}`),
  },
  {
    id: 'quantity-as-text',
    title: 'a quantity that is text',
    fault: 'wrong type',
    code: '400',
    ...placing(withKey(), order.replace('"quantity":1', '"quantity":"1"')),
  },
  {
    id: 'negative-quantity',
    title: 'a quantity below zero',
    fault: 'out of bounds',
    code: '400',
    ...placing(withKey(), order.replace('"quantity":1', '"quantity":-1')),
  },
  {
    id: 'no-idempotency-key',
    title: 'an order without an idempotency key',
    fault: 'header missing',
    code: '400',
    ...placing(json, order),
  },
  {
    id: 'body-too-large',
    title: 'an order of 70 KB',
    fault: 'body too large',
    code: '413',
    ...placing(withKey(), order.replace('tea', 'x'.repeat(70_000))),
  },
  {
    id: 'no-json-type',
    title: 'an order as a form of another site would send it',
    fault: 'content type',
    code: '415',
    ...placing({ ...withKey(), 'content-type': 'text/plain' }, order),
  },
  {
    id: 'compressed',
    title: 'an order that says to be compressed',
    fault: 'content encoding',
    code: '415',
    ...placing({ ...withKey(), 'content-encoding': 'gzip' }, order),
  },
  {
    id: 'no-order-id',
    title: 'an order whose id is a path',
    fault: 'wrong path',
    code: '400',
    method: '/gateway/GetOrder',
    request: { method: 'GET', path: '/v1/orders/..%2F..%2Fetc' },
  },
  {
    id: 'unknown-parameter',
    title: "the list of somebody else's orders, by a parameter that there is not",
    fault: 'unknown parameter',
    code: '400',
    method: '/gateway/ListOrders',
    request: { method: 'GET', path: '/v1/orders?user=bob' },
  },
  {
    id: 'page-too-large',
    title: 'a page of 1000 orders',
    fault: 'out of bounds',
    code: '400',
    method: '/gateway/ListOrders',
    request: { method: 'GET', path: '/v1/orders?page_size=1000' },
  },
];

function refusedRequest({ id, title, fault, code, method, request }: WrongRequest): RefusedShopPath {
  return {
    ...{
      id: `request/${id}`,
      title: `alice sends ${title}`,
      from: 'alice',
      to: 'gateway',
      method,
      fault,
      code,
      reasons: [],
    },
    ask: async (world) => await world.shop.send(await world.tokenOf('alice'), request),
  };
}

/** alice may ask for these, and what she sends is not what the OpenAPI document says. */
export const refusedRequests: readonly Attempt[] = wrong.map((each) => refusedShopPath(refusedRequest(each)));
