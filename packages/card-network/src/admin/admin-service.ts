import { createHash, timingSafeEqual } from 'node:crypto';
import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { z } from 'zod';
import type { Charges } from '../books/charges.ts';
import type { Settlement, Settlements } from '../books/settlements.ts';
import type { NoticeOptions } from '../notices/sign-notice.ts';
import type { ApiKeys } from '../secrets/api-keys.ts';
import { type Faults, fault } from './fault.ts';

const notice = z.strictObject({
  paymentId: z.string(),
  settlementId: z.string(),
  amount: z.strictObject({ currency: z.string(), minorUnits: z.int() }),
  audience: z.string(),
  issuedAt: z.iso.datetime(),
});

/** What the network's operator may do: keys, books, and faults to try how merchants bear them. */
export function createAdminService(options: {
  readonly adminKey: string;
  readonly apiKeys: ApiKeys;
  readonly charges: Charges;
  readonly settlements: Settlements;
  readonly faults: Faults;
  /** Signs any notice, so that it can be tried which ones a merchant takes. */
  readonly sign: (settlement: Settlement, options: NoticeOptions) => Promise<string>;
}): Hono<{ Bindings: HttpBindings }> {
  const { apiKeys, charges, settlements, faults } = options;
  const app = new Hono<{ Bindings: HttpBindings }>();
  const wanted = digestOf(options.adminKey);
  app.use(async (context, next) => {
    const [, key = ''] = /^Bearer +(\S+)$/i.exec(context.req.header('authorization') ?? '') ?? [];
    if (timingSafeEqual(digestOf(key), wanted)) return await next();
    return context.json({ error: 'admin_key_not_accepted' }, 401);
  });
  app.get('/admin/keys', (context) => context.json(apiKeys.list()));
  app.post('/admin/keys', (context) => context.json(apiKeys.issue(), 201));
  app.delete('/admin/keys/:id', (context) =>
    apiKeys.revoke(context.req.param('id')) ? context.body(null, 204) : context.json({ error: 'not_found' }, 404),
  );
  app.get('/admin/payments', (context) => context.json(charges.list()));
  app.get('/admin/settlements', (context) => context.json({ outstanding: settlements.outstanding() }));
  app.put('/admin/fault', async (context) => {
    faults.set(fault.parse(await context.req.json()));
    return context.body(null, 204);
  });
  app.post('/admin/notices', async (context) => {
    const { audience, issuedAt, ...settlement } = notice.parse(await context.req.json());
    return context.json({ notice: await options.sign(settlement, { audience, issuedAt: new Date(issuedAt) }) });
  });
  app.onError((error, context) =>
    error instanceof z.ZodError || error instanceof SyntaxError
      ? context.json({ error: 'invalid' }, 400)
      : context.json({ error: 'out_of_order' }, 500),
  );
  return app;
}

function digestOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
