import { type CallContext, type CallFacts, traceIdOf, traceparentOf } from '@zt/kit/authz';
import { httpsLimits } from '@zt/kit/limits';
import { problem } from '@zt/kit/service';
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { secureHeaders } from 'hono/secure-headers';
import type { z } from 'zod';
import { answer } from './answer.ts';
import { bodyInTime } from './body-in-time.ts';
import type { Downstream } from './downstream.ts';
import { orderJson, pageJson, stockJson, supportOrderJson } from './gateway.ts';
import { type Env, factsOf, resourceOf } from './http-context.ts';
import { limitByAddress, limitByUser, type Refuse } from './limit-requests.ts';
import { type InputOf, type Operation, operations, statusesOf } from './operations.ts';
import { gatewayProblemOf } from './problem.ts';
import type { RateLimits } from './rate-limits.ts';
import { readRequest } from './read-request.ts';
import type { RefusedAddresses } from './refused-addresses.ts';

export interface GatewayServiceOptions {
  /** Throws a `RefusedCall` where the request is not allowed. */
  readonly decide: (request: Omit<CallFacts, 'peer'>) => Promise<CallContext>;
  readonly refuse: Refuse;
  readonly downstream: Pick<Downstream, 'order' | 'inventory'>;
  readonly limits: RateLimits;
  readonly refusedAddresses: RefusedAddresses;
  /** The OpenAPI document, which says of every request what it takes and gives. */
  readonly openApiDocument: object;
  readonly now: () => Date;
  /** Told of errors that are nobody's refusal. */
  readonly onFailure: (failure: { readonly error: string; readonly traceId: string }) => void;
  readonly timeoutMs?: number;
}

/** HTTPS and JSON in, gRPC out. Nothing of a request but its head is read before it is allowed. */
export function createGatewayService(options: GatewayServiceOptions): Hono<Env> {
  const { decide, refuse, downstream, limits, now, onFailure, timeoutMs = 5000 } = options;
  const { order, inventory } = downstream;
  const app = new Hono<Env>();
  const allowedMethods = new Map<string, string[]>();

  app.use(
    secureHeaders({
      contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
      xFrameOptions: 'DENY',
      // The name here is localhost, and a browser would then ask all other local servers for HTTPS too.
      strictTransportSecurity: false,
    }),
    frame,
    limitByAddress(limits, options.refusedAddresses),
    limitUrl,
  );

  function allow(operation: Operation): MiddlewareHandler<Env> {
    return async function allow(context, next) {
      context.set('operation', operation);
      const facts = factsOf(context, now().getTime() + timeoutMs, AbortSignal.timeout(timeoutMs));
      const method = `/gateway/${operation.name}`;
      context.set('call', await decide({ ...facts, method, resource: resourceOf(operation, context) }));
      await next();
    };
  }

  function serve<
    Path extends z.ZodObject,
    Query extends z.ZodObject,
    Header extends z.ZodObject,
    Body extends z.ZodType | null,
    Answer extends z.ZodType,
  >(
    operation: Operation<Path, Query, Header, Body, Answer>,
    handle: (
      input: InputOf<Path, Query, Header, Body>,
      call: CallContext,
      context: Context<Env>,
    ) => Promise<z.input<Answer>>,
  ): void {
    const path = pathOf(operation);
    allowedMethods.set(path, [...(allowedMethods.get(path) ?? []), operation.method.toUpperCase()]);
    const handlers: MiddlewareHandler<Env>[] = [allow(operation), limitByUser(limits, refuse)];
    if (operation.input.body !== null) handlers.push(requireJson, limitBody);
    app.on(operation.method.toUpperCase(), [path], ...handlers, async (context: Context<Env>) => {
      const call = context.get('call');
      const input = await readRequest(operation, context, () => bodyInTime(context.req.arrayBuffer(), call.signal));
      return context.json(await handle(input, call, context), operation.answer.status);
    });
  }

  serve(operations.placeOrder, async ({ header, body }, call, context) => {
    const placed = orderJson(
      (await order.placeOrder({ idempotencyKey: header['Idempotency-Key'], ...body }, call)).order,
    );
    context.header('location', `/v1/orders/${placed.orderId}`);
    return placed;
  });
  serve(operations.listOrders, async ({ query }, call) =>
    pageJson(
      await order.listOrders({ pageSize: query.page_size ?? 0, pageToken: query.page_token ?? '' }, call),
      orderJson,
    ),
  );
  serve(operations.getOrder, async ({ path }, call) =>
    orderJson((await order.getOrder({ orderId: path.id }, call)).order),
  );
  serve(operations.cancelOrder, async ({ path }, call) =>
    orderJson((await order.cancelOrder({ orderId: path.id }, call)).order),
  );
  serve(operations.refundOrder, async ({ path, header, body }, call) => {
    const request = { orderId: path.id, idempotencyKey: header['Idempotency-Key'], amount: body.amount };
    return orderJson((await order.refundOrder(request, call)).order);
  });
  serve(operations.getAnyOrder, async ({ path, header }, call) =>
    supportOrderJson((await order.getAnyOrder({ orderId: path.id, purpose: header.Purpose }, call)).order),
  );
  serve(operations.listAnyOrders, async ({ query, header }, call) => {
    const page = { pageSize: query.page_size ?? 0, pageToken: query.page_token ?? '' };
    const request = { userId: query.user, purpose: header.Purpose, ...page };
    return pageJson(await order.listAnyOrders(request, call), supportOrderJson);
  });
  serve(operations.getStock, async ({ path }, call) => stockJson(await inventory.getStock({ sku: path.sku }, call)));

  app.get('/healthz', (context) => context.json({ status: 'ok' }));
  app.get('/openapi.json', (context) => context.json(options.openApiDocument));
  for (const path of ['/healthz', '/openapi.json']) allowedMethods.set(path, ['GET']);
  for (const [path, methods] of allowedMethods) app.all(path, otherMethod(methods));

  app.notFound((context) => answer(context, problem(404, 'There is nothing here.')));
  app.onError((error, context) => {
    const { operation, call } = context.var as Partial<Env['Variables']>;
    const told = gatewayProblemOf(error, call?.decisionId);
    const documented = operation === undefined || statusesOf(operation).includes(told.status);
    if (told.status === 500 || !documented) onFailure({ error: error.name, traceId: context.get('traceId') });
    return answer(context, documented ? told : problem(500, 'The service failed.', told.decisionId));
  });
  return app;
}

/** What every answer has: the trace, the decision, and that it is not to be kept. */
const frame: MiddlewareHandler<Env> = async (context, next) => {
  const traceId = traceIdOf(context.req.header('traceparent') ?? null);
  context.set('traceId', traceId);
  await next();
  context.header('cache-control', 'no-store');
  context.header('traceparent', traceparentOf(traceId));
  const call: CallContext | undefined = context.get('call');
  if (call !== undefined && !context.res.headers.has('x-decision-id')) context.header('x-decision-id', call.decisionId);
};

const limitUrl: MiddlewareHandler<Env> = async (context, next) => {
  if (context.req.url.length > httpsLimits.urlCharacters)
    return answer(context, problem(414, 'The address is longer than 2 KiB.'));
  return await next();
};

const requireJson: MiddlewareHandler<Env> = async (context, next) => {
  const type = context.req.header('content-type') ?? '';
  const coding = context.req.header('content-encoding') ?? 'identity';
  const isJson = /^application\/json *(; *charset="?utf-8"? *)?$/i.test(type) && coding === 'identity';
  if (isJson) return await next();
  return answer(
    context,
    problem(415, 'The body has to be JSON in UTF-8, and not compressed.', context.get('call').decisionId),
  );
};

const readLimited = bodyLimit({
  maxSize: httpsLimits.bodyBytes,
  onError: (context) =>
    answer(context, problem(413, 'The body is larger than 64 KiB.', context.get('call').decisionId)),
});

const limitBody: MiddlewareHandler<Env> = async (context, next) => {
  const refused = await bodyInTime(
    readLimited(context, async () => {}),
    context.get('call').signal,
  );
  if (refused !== undefined) return refused;
  return await next();
};

/** OPTIONS says what there is, and nothing about other origins: a browser's page elsewhere may not ask (CORS). */
function otherMethod(methods: readonly string[]): MiddlewareHandler<Env> {
  const allowed = [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ');
  return async (context) => {
    context.header('allow', allowed);
    if (context.req.method === 'OPTIONS') return context.body(null, 204);
    return answer(context, problem(405, `This address takes ${allowed}.`));
  };
}

/** Hono's way to write it. */
function pathOf({ path }: Operation): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}
