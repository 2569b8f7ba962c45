import type { HttpBindings } from '@hono/node-server';
import { getConnInfo } from '@hono/node-server/conninfo';
import { type CallContext, type CallFacts, traceIdOf, traceparentOf } from '@zt/kit/authz';
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { secureHeaders } from 'hono/secure-headers';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Downstream } from './downstream.ts';
import { bearerTokenOf, orderJson, parsePlaceOrder, stockJson } from './gateway.ts';
import { type Problem, problem, problemOf } from './problem.ts';
import { untilAborted } from './until-aborted.ts';

type Env = { Bindings: HttpBindings; Variables: { call: CallContext; traceId: string } };

export interface GatewayServiceOptions {
  /** Throws a `RefusedCall` where the request is not allowed. */
  readonly decide: (request: Omit<CallFacts, 'peer'>) => Promise<CallContext>;
  readonly downstream: Downstream;
  readonly now: () => Date;
  /** Told of errors that are nobody's refusal. */
  readonly onFailure: (failure: { readonly error: string; readonly traceId: string }) => void;
  readonly timeoutMs?: number;
}

const longestBodyBytes = 64 * 1024;

/** HTTPS and JSON in, gRPC out. Nothing of a request but its headers is read before it is allowed. */
export function createGatewayService(options: GatewayServiceOptions): Hono<Env> {
  const { decide, downstream, now, onFailure, timeoutMs = 5000 } = options;

  function allow(method: string, resourceOf: (context: Context<Env>) => CallFacts['resource']): MiddlewareHandler<Env> {
    return async (context, next) => {
      const facts = factsOf(context, now().getTime() + timeoutMs, AbortSignal.timeout(timeoutMs));
      const call = await decide({ ...facts, method, resource: resourceOf(context) });
      context.set('call', call);
      await next();
    };
  }

  const app = new Hono<Env>();
  app.use(
    secureHeaders({
      contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
      // The name here is localhost, and a browser would then ask all other local servers for HTTPS too.
      strictTransportSecurity: false,
    }),
    async (context, next) => {
      const traceId = traceIdOf(context.req.header('traceparent') ?? null);
      context.set('traceId', traceId);
      await next();
      context.header('cache-control', 'no-store');
      context.header('traceparent', traceparentOf(traceId));
      const call: CallContext | undefined = context.get('call');
      if (call !== undefined) context.header('x-decision-id', call.decisionId);
    },
  );

  app.get('/healthz', (context) => context.json({ status: 'ok' }));

  app.post(
    '/v1/orders',
    allow('/gateway/PlaceOrder', () => ({})),
    requireJson,
    bodyLimit({
      maxSize: longestBodyBytes,
      onError: (context) => answer(context, problem(413, 'The body is larger than 64 KiB.')),
    }),
    async (context) => {
      const call = context.get('call');
      const body = await untilAborted(context.req.text(), call.signal);
      const request = parsePlaceOrder(context.req.header('idempotency-key'), body);
      const { order } = await downstream.order.placeOrder(request, call);
      if (order === undefined) throw new Error('order answered without an order');
      context.header('location', `/v1/orders/${order.orderId}`);
      return context.json(orderJson(order), 201);
    },
  );

  app.get(
    '/v1/orders/:id',
    allow('/gateway/GetOrder', (context) => ({ order: context.req.param('id') ?? '' })),
    async (context) => {
      const { order } = await downstream.order.getOrder({ orderId: context.req.param('id') }, context.get('call'));
      if (order === undefined) throw new Error('order answered without an order');
      return context.json(orderJson(order));
    },
  );

  app.get(
    '/v1/stock/:sku',
    allow('/gateway/GetStock', (context) => ({ sku: context.req.param('sku') ?? '' })),
    async (context) => {
      const stock = await downstream.inventory.getStock({ sku: context.req.param('sku') }, context.get('call'));
      return context.json(stockJson(stock));
    },
  );

  app.notFound((context) => answer(context, problem(404, 'There is nothing here.')));
  app.onError((error, context) => {
    const call: CallContext | undefined = context.get('call');
    const told = problemOf(error, call?.decisionId);
    if (told.status === 500) onFailure({ error: error.name, traceId: context.get('traceId') });
    return answer(context, told);
  });
  return app;
}

const requireJson: MiddlewareHandler<Env> = async (context, next) => {
  const type = context.req.header('content-type') ?? '';
  if (!/^application\/json *(;|$)/i.test(type)) return answer(context, problem(415, 'The body has to be JSON.'));
  return await next();
};

function factsOf(
  context: Context<Env>,
  deadline: number,
  timeout: AbortSignal,
): Omit<CallFacts, 'peer' | 'method' | 'resource'> {
  const { address = '', port = 0 } = getConnInfo(context).remote;
  return {
    bearerToken: bearerTokenOf(context.req.header('authorization')),
    address: `${address}:${port}`,
    userAgent: context.req.header('user-agent') ?? '',
    traceparent: traceparentOf(context.get('traceId')),
    deadline: new Date(deadline),
    signal: AbortSignal.any([context.req.raw.signal, timeout]),
  };
}

function answer(context: Context<Env>, told: Problem): Response {
  // The body may be unread: another request on this connection would begin in the middle of it.
  if (told.status === 413) context.header('connection', 'close');
  if (told.status === 401) context.header('www-authenticate', 'Bearer');
  if (told.status === 503) context.header('retry-after', '1');
  if (told.decisionId !== undefined) context.header('x-decision-id', told.decisionId);
  return context.body(JSON.stringify(told), told.status as ContentfulStatusCode, {
    'content-type': 'application/problem+json',
  });
}
