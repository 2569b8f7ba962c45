import { accessGraph, postgresSetup } from '@zt/access-graph';
import type { CallContext } from '@zt/kit/authz';
import type { Log } from '@zt/kit/service';
import { createTestCallContext, startTestDatabase, type TestDatabase } from '@zt/kit/testing';
import type { PlaceOrderRequest } from '@zt/proto/order';
import { createOrderClaims } from '../order-claims.ts';
import { createOrderFulfilment } from '../order-fulfilment.ts';
import { createOrderService } from '../order-service.ts';
import { createOrderStore } from '../order-store.ts';
import { createOrderWork } from '../order-work.ts';
import { createRefundStore } from '../refund-store.ts';
import type { Shop } from './shop.ts';

/** Two packets of tea, at the shop's price. */
export const request: PlaceOrderRequest = {
  idempotencyKey: 'key-00001',
  lines: [{ sku: 'tea-assam-100g', quantity: 2 }],
  total: { currency: 'EUR', minorUnits: 1500 },
};

/** A call that waits for as long as a whole file of tests may take. */
export function patientCall(user: string | null, changes: Partial<CallContext> = {}): CallContext {
  return createTestCallContext(user, { deadline: new Date(Date.now() + 60_000), ...changes });
}

export const silent: Log = { info: () => {}, warn: () => {}, error: () => {} };

/** The service's own database, under its real migrations and grants. */
export function startOrderDatabase(): Promise<TestDatabase> {
  return startTestDatabase({
    name: 'order',
    migrations: new URL('../../migrations/', import.meta.url),
    setup: postgresSetup(accessGraph, 'order'),
  });
}

export async function emptyOrderDatabase(database: TestDatabase): Promise<void> {
  await database.asOwner('delete from order_refunds');
  await database.asOwner('delete from order_lines');
  await database.asOwner('delete from orders');
}

/** As much time as it takes for every claim to end, and for every unfinished order to count as left alone. */
export async function letTimePass(database: Pick<TestDatabase, 'query'>): Promise<void> {
  await database.query("update orders set claimed_until = claimed_until - interval '1 hour'");
  await database.query("update orders set due_at = due_at - interval '1 hour'");
}

export function createOwnContext(options: { readonly timeoutMs: number; readonly traceId?: string }): CallContext {
  const deadline = new Date(Date.now() + options.timeoutMs);
  return createTestCallContext(null, {
    deadline,
    ...(options.traceId === undefined ? {} : { traceId: options.traceId }),
  });
}

/** One copy of the service. */
export function createOrderWorld(database: Pick<TestDatabase, 'query' | 'transaction' | 'describe'>, downstream: Shop) {
  const now = (): Date => new Date();
  const store = createOrderStore(database);
  const claims = createOrderClaims(database);
  const refunds = createRefundStore(database);
  const work = createOrderWork({ claims, refunds, downstream, createOwnContext, now });
  const fulfilment = createOrderFulfilment({ store, refunds, claims, work, now });
  const service = createOrderService({ store, refunds, fulfilment, now });
  return { store, claims, refunds, work, fulfilment, service };
}
