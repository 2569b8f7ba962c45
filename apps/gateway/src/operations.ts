import type { FailureStatus } from '@zt/kit/service';
import { z } from 'zod';
import {
  idempotencyKey,
  newOrder,
  newRefund,
  order,
  orderId,
  orders,
  pageSize,
  pageToken,
  purpose,
  sku,
  stock,
  supportOrder,
  supportOrders,
  userId,
} from './shop-schemas.ts';

/** One request that people's programs can make: what it takes, what it gives, how it can fail. */
export interface Operation<
  Path extends z.ZodObject = z.ZodObject,
  Query extends z.ZodObject = z.ZodObject,
  Header extends z.ZodObject = z.ZodObject,
  Body extends z.ZodType | null = z.ZodType | null,
  Answer extends z.ZodType = z.ZodType,
> {
  /** As policy and ledger call it: `/gateway/PlaceOrder`. */
  readonly name: string;
  readonly method: 'get' | 'post';
  /** As OpenAPI writes it: `/v1/orders/{id}`. */
  readonly path: string;
  readonly summary: string;
  readonly input: { readonly path: Path; readonly query: Query; readonly header: Header; readonly body: Body };
  readonly answer: { readonly status: 200 | 201; readonly description: string; readonly body: Answer };
  readonly refusals: readonly FailureStatus[];
}

/** What a handler gets of a request: all of it checked. */
export interface InputOf<Path, Query, Header, Body> {
  readonly path: z.output<Path>;
  readonly query: z.output<Query>;
  readonly header: z.output<Header>;
  readonly body: Body extends z.ZodType ? z.output<Body> : null;
}

/** Of every request: too long an address, too many of them, and what is nobody's fault. */
export const refusalsOfAll = [414, 429] as const satisfies readonly FailureStatus[];
const refusalsOfDecided = [...refusalsOfAll, 400, 401, 403, 500, 503, 504] as const;
const refusalsOfBodies = [408, 413, 415] as const;

const nothing = z.strictObject({}, { error: 'this request takes none' });
const pages = { page_size: pageSize, page_token: pageToken };
const ofOrder = z.object({ id: orderId });

/** Infers the types of an operation. */
function operation<
  Path extends z.ZodObject,
  Query extends z.ZodObject,
  Header extends z.ZodObject,
  Body extends z.ZodType | null,
  Answer extends z.ZodType,
>(source: Operation<Path, Query, Header, Body, Answer>): Operation<Path, Query, Header, Body, Answer> {
  return Object.freeze(source);
}

function queryOf<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: ({ code }) =>
      code === 'unrecognized_keys' ? `has something not known; known are ${Object.keys(shape).join(', ')}` : undefined,
  });
}

export const operations = {
  placeOrder: operation({
    name: 'PlaceOrder',
    method: 'post',
    path: '/v1/orders',
    summary: 'Place an order. It is paid and its goods are taken out of the stock, or it is rejected and says why.',
    input: { path: nothing, query: nothing, header: z.object({ 'Idempotency-Key': idempotencyKey }), body: newOrder },
    answer: { status: 201, description: 'The order, confirmed or rejected.', body: order },
    refusals: [...refusalsOfDecided, ...refusalsOfBodies, 404, 409],
  }),
  listOrders: operation({
    name: 'ListOrders',
    method: 'get',
    path: '/v1/orders',
    summary: "List the user's own orders, the newest first.",
    input: { path: nothing, query: queryOf(pages), header: z.object({}), body: null },
    answer: { status: 200, description: 'One page of orders.', body: orders },
    refusals: refusalsOfDecided,
  }),
  getOrder: operation({
    name: 'GetOrder',
    method: 'get',
    path: '/v1/orders/{id}',
    summary: "Look at one of the user's own orders.",
    input: { path: ofOrder, query: nothing, header: z.object({}), body: null },
    answer: { status: 200, description: 'The order.', body: order },
    refusals: [...refusalsOfDecided, 404],
  }),
  cancelOrder: operation({
    name: 'CancelOrder',
    method: 'post',
    path: '/v1/orders/{id}/cancel',
    summary: "Cancel one of the user's own orders, as long as it is not settled. A second time changes nothing.",
    input: { path: ofOrder, query: nothing, header: z.object({}), body: null },
    answer: { status: 200, description: 'The order, cancelled.', body: order },
    refusals: [...refusalsOfDecided, 404, 409],
  }),
  refundOrder: operation({
    name: 'RefundOrder',
    method: 'post',
    path: '/v1/orders/{id}/refunds',
    summary: "Give money back for anybody's order, all of it or a part; for finance.",
    input: { path: ofOrder, query: nothing, header: z.object({ 'Idempotency-Key': idempotencyKey }), body: newRefund },
    answer: { status: 200, description: 'The order with what was given back.', body: order },
    refusals: [...refusalsOfDecided, ...refusalsOfBodies, 404, 409],
  }),
  getAnyOrder: operation({
    name: 'GetAnyOrder',
    method: 'get',
    path: '/v1/support/orders/{id}',
    summary: "Look at anybody's order; for support, who say what for.",
    input: { path: ofOrder, query: nothing, header: z.object({ Purpose: purpose }), body: null },
    answer: { status: 200, description: 'The order.', body: supportOrder },
    refusals: [...refusalsOfDecided, 404],
  }),
  listAnyOrders: operation({
    name: 'ListAnyOrders',
    method: 'get',
    path: '/v1/support/orders',
    summary: 'List the orders of one user, the newest first; for support, who say what for.',
    input: {
      path: nothing,
      query: queryOf({ user: userId, ...pages }),
      header: z.object({ Purpose: purpose }),
      body: null,
    },
    answer: { status: 200, description: 'One page of orders.', body: supportOrders },
    refusals: refusalsOfDecided,
  }),
  getStock: operation({
    name: 'GetStock',
    method: 'get',
    path: '/v1/stock/{sku}',
    summary: 'Look at a product, its price and how many there are.',
    input: { path: z.object({ sku }), query: nothing, header: z.object({}), body: null },
    answer: { status: 200, description: 'The product.', body: stock },
    refusals: [...refusalsOfDecided, 404],
  }),
} as const;

/** Every status that the operation may answer with; any other would be a fault of the gateway. */
export function statusesOf({ answer, refusals }: Operation): readonly number[] {
  return [answer.status, ...refusals];
}
