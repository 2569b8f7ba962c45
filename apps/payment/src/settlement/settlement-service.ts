import type { HttpBindings } from '@hono/node-server';
import { getConnInfo } from '@hono/node-server/conninfo';
import { type CallContext, traceIdOf, traceparentOf } from '@zt/kit/authz';
import { ZeroTrustError } from '@zt/kit/errors';
import { type Kit, type Problem, problem, problemOf } from '@zt/kit/service';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { createNoticeFlood, windowSeconds } from './notice-flood.ts';
import { claimedSettlement, readSettlementNotice } from './settlement.ts';
import type { SettlementStore } from './settlement-store.ts';

type Env = { Bindings: HttpBindings; Variables: { call: CallContext } };

const method = '/payment.v1.PaymentService/ReceiveSettlement';
const longestNoticeBytes = 8 * 1024;
const timeoutMs = 5_000;

/**
 * Takes the card network's notices over HTTPS (in the manner of RFC 8935): the body is the signed notice and nothing
 * besides. 202 says that it is on disk; any other answer, that it has to come again.
 */
export function createSettlementService(options: {
  readonly kit: Pick<Kit, 'decide' | 'refuse'>;
  readonly store: SettlementStore;
  /** There is more to do at once. */
  readonly onTaken: () => void;
  /** Told of errors that are nobody's refusal. */
  readonly onFailure: (failure: { readonly error: string }) => void;
  /** Told where an address sent too much that was refused. */
  readonly onLimited: (address: string) => void;
  readonly now: () => Date;
}): Hono<Env> {
  const { kit, store, now } = options;
  const flood = createNoticeFlood({ onLimited: options.onLimited });
  const app = new Hono<Env>();
  app.use(async (context, next) => {
    await next();
    context.header('cache-control', 'no-store');
  });

  app.post(
    '/settlements',
    async (context, next) => {
      if (await flood.begin(addressOf(context))) return await next();
      return answer(context, problem(429, 'Too many notices from here were refused.'));
    },
    async (context, next) => {
      if (/^application\/jwt *(;|$)/i.test(context.req.header('content-type') ?? '')) return await next();
      return answer(context, problem(415, 'The body has to be a signed notice, application/jwt.'));
    },
    bodyLimit({
      maxSize: longestNoticeBytes,
      onError: (context) => answer(context, problem(413, 'The notice is longer than 8 KiB.')),
    }),
    async (context) => {
      const notice = (await context.req.text()).trim();
      const call = await kit.decide({
        ...factsOf(context, now()),
        bearerToken: notice === '' ? null : notice,
        method,
        resource: claimedSettlement(notice),
      });
      context.set('call', call);
      try {
        await store.take(readSettlementNotice(notice), call.traceId, now());
      } catch (error) {
        throw error instanceof ZeroTrustError ? await kit.refuse(call, error) : error;
      }
      await flood.taken(addressOf(context));
      options.onTaken();
      context.header('x-decision-id', call.decisionId);
      return context.body(null, 202);
    },
  );
  app.notFound((context) => answer(context, problem(404, 'There is nothing here.')));
  app.onError((error, context) => {
    const call: CallContext | undefined = context.get('call');
    const told = problemOf(error, call?.decisionId);
    if (told.status === 500) options.onFailure({ error: error.name });
    return answer(context, told);
  });
  return app;
}

function addressOf(context: Context<Env>): string {
  return getConnInfo(context).remote.address ?? '';
}

function factsOf(context: Context<Env>, now: Date) {
  const { address = '', port = 0 } = getConnInfo(context).remote;
  return {
    address: `${address}:${port}`,
    userAgent: context.req.header('user-agent') ?? '',
    traceparent: traceparentOf(traceIdOf(context.req.header('traceparent') ?? null)),
    deadline: new Date(now.getTime() + timeoutMs),
    signal: AbortSignal.any([context.req.raw.signal, AbortSignal.timeout(timeoutMs)]),
  };
}

function answer(context: Context, told: Problem): Response {
  // The body may be unread: another request on this connection would begin in the middle of it.
  if (told.status === 413 || told.status === 415 || told.status === 429) context.header('connection', 'close');
  if (told.status === 429) context.header('retry-after', String(windowSeconds));
  if (told.status === 503) context.header('retry-after', '1');
  if (told.decisionId !== undefined) context.header('x-decision-id', told.decisionId);
  return context.body(JSON.stringify(told), told.status as ContentfulStatusCode, {
    'content-type': 'application/problem+json',
  });
}
