import type { HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { z } from 'zod';
import type { Faults } from '../admin/fault.ts';
import { type Books, chargeJson, type Instruction } from '../books/books.ts';
import type { Charges } from '../books/charges.ts';
import type { NoticeKey } from '../notices/notice-key.ts';
import type { ApiKeys } from '../secrets/api-keys.ts';
import { faulty } from './faulty.ts';

type Env = { Bindings: HttpBindings };

const longestBodyBytes = 8 * 1024;
const id = z.string().regex(/^[A-Za-z0-9-]{8,64}$/);
const amount = z.strictObject({ currency: z.literal('EUR'), minorUnits: z.int().min(1).max(1e12) });
const holdBody = z.strictObject({ paymentId: id, amount });
const refundBody = z.strictObject({ amount });
const idempotencyKey = z.string().regex(/^[\x21-\x7e]{8,128}$/);

/** What merchants may call: with an API key, and each change with an idempotency key. */
export function createMerchantService(options: {
  readonly books: Books;
  readonly charges: Charges;
  readonly apiKeys: ApiKeys;
  readonly faults: Faults;
  readonly noticeKey: NoticeKey;
}): Hono<Env> {
  const { books, charges, apiKeys, faults, noticeKey } = options;
  const app = new Hono<Env>();

  app.get('/.well-known/jwks.json', (context) => context.json(noticeKey.publicKeys));

  app.use('/v1/*', faulty(faults), async (context, next) => {
    const key = /^Bearer +(\S+)$/i.exec(context.req.header('authorization') ?? '')?.[1];
    if (key !== undefined && apiKeys.identify(key) !== null) return await next();
    context.header('www-authenticate', 'Bearer');
    return context.json({ error: 'api_key_not_accepted' }, 401);
  });
  app.use('/v1/*', bodyLimit({ maxSize: longestBodyBytes, onError: (context) => invalid(context, 'body') }));

  function carryOut(context: Context<Env>, instruction: Instruction): Response {
    const key = idempotencyKey.safeParse(context.req.header('idempotency-key'));
    if (!key.success) return invalid(context, 'idempotency-key');
    const answer = books.carryOut(key.data, instruction);
    if (answer === null) return context.json({ error: 'idempotency_key_reused' }, 422);
    return context.json(answer.body, answer.status);
  }

  app.post('/v1/payments', async (context) => {
    const body = holdBody.safeParse(await bodyOf(context));
    return body.success ? carryOut(context, { kind: 'hold', ...body.data }) : invalid(context, 'body');
  });
  app.post('/v1/payments/:id/capture', (context) =>
    carryOut(context, { kind: 'capture', paymentId: context.req.param('id') }),
  );
  app.post('/v1/payments/:id/void', (context) => {
    const paymentId = id.safeParse(context.req.param('id'));
    return paymentId.success ? carryOut(context, { kind: 'void', paymentId: paymentId.data }) : invalid(context, 'id');
  });
  app.post('/v1/payments/:id/refunds', async (context) => {
    const body = refundBody.safeParse(await bodyOf(context));
    if (!body.success) return invalid(context, 'body');
    return carryOut(context, { kind: 'refund', paymentId: context.req.param('id'), amount: body.data.amount });
  });
  app.get('/v1/payments/:id', (context) => {
    const charge = charges.find(context.req.param('id'));
    return charge === null ? context.json({ error: 'not_found' }, 404) : context.json(chargeJson(charge));
  });
  app.notFound((context) => context.json({ error: 'not_found' }, 404));
  app.onError((_error, context) => context.json({ error: 'out_of_order' }, 500));
  return app;
}

async function bodyOf(context: Context): Promise<unknown> {
  try {
    return await context.req.json();
  } catch {
    return undefined;
  }
}

function invalid(context: Context, what: string): Response {
  return context.json({ error: 'invalid', what }, 400);
}
