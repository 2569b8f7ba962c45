import type { TestDatabase } from '@zt/kit/testing';
import { OrderStatus } from '@zt/proto/order';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createOrderRecovery } from './order-recovery.ts';
import { createMortal } from './testing/mortal.ts';
import {
  createOrderWorld,
  createOwnContext,
  emptyOrderDatabase,
  letTimePass,
  patientCall,
  request,
  silent,
  startOrderDatabase,
} from './testing/order-world.ts';
import { createShop, type Fault, type Shop } from './testing/shop.ts';
import { paidFor } from './testing/shop-books.ts';

let database: TestDatabase;
let shop: Shop;
let world: ReturnType<typeof createOrderWorld>;
let lines: { readonly event: string; readonly [field: string]: unknown }[];
const alice = patientCall('alice', { traceId: 'a'.repeat(32) });
const log = {
  ...silent,
  info: (event: string, fields = {}) => void lines.push({ event, ...fields }),
  warn: (event: string, fields = {}) => void lines.push({ event, ...fields }),
};

beforeAll(async () => {
  database = await startOrderDatabase();
}, 60_000);

beforeEach(async () => {
  await emptyOrderDatabase(database);
  shop = createShop();
  world = createOrderWorld(database, shop);
  lines = [];
});

afterAll(() => database?.close());

function inject(step: string, ...faults: Fault[]): void {
  shop.faultOf = (each) => (each === step ? (faults.shift() ?? 'none') : 'none');
}
const place = async (idempotencyKey = 'key-00001') =>
  (await world.service.placeOrder({ ...request, idempotencyKey }, alice)).order?.orderId ?? '';
const recover = ({ claims, work } = world) =>
  createOrderRecovery({ claims, work, createOwnContext, log, atOnce: 2, pauseMs: 2 });
const orders = () =>
  database.query<{ order_id: string; status: string; due_at: Date | null; attempts: number }>(
    'select order_id, status, due_at, attempts from orders order by placed_at',
  );

/** One look at whatever was left alone, by this copy or all of them. */
async function recoverOnce(...copies: ReturnType<typeof createOrderWorld>[]): Promise<void> {
  const recoveries = (copies.length === 0 ? [world] : copies).map(recover);
  const left =
    'select from orders where due_at < clock_timestamp() and coalesce(claimed_until < clock_timestamp(), true)';
  while ((await database.query(left)).length > 0) await new Promise((resolve) => setTimeout(resolve, 2));
  await Promise.all(recoveries.map((recovery) => recovery.close()));
}

/** An order whose call ends at this step, and nobody comes back for it. */
async function leaveAloneAt(step: string): Promise<string> {
  inject(step, 'lost');
  await expect(place()).rejects.toMatchObject({ refusal: 'unavailable' });
  await letTimePass(database);
  return (await orders())[0]?.order_id ?? '';
}

test.each(['reserve', 'authorize'])(
  'an order that was left alone at its %s is rejected, and never charged',
  async (at) => {
    const orderId = await leaveAloneAt(at);
    await recoverOnce();
    await expect(world.service.getOrder({ orderId }, alice)).resolves.toMatchObject({
      order: {
        status: OrderStatus.ORDER_STATUS_REJECTED,
        rejectedBecause: 'The order was not finished in time.',
      },
    });
    expect([shop.available, paidFor(shop, orderId), shop.inOwnName]).toEqual([1000, 0, ['release', 'void']]);
  },
);

test.each(['capture', 'commit'])('an order that was left alone at its %s is confirmed', async (at) => {
  const orderId = await leaveAloneAt(at);
  await recoverOnce();
  expect(await orders()).toMatchObject([{ status: 'confirmed', due_at: null, attempts: 0 }]);
  expect([shop.available, paidFor(shop, orderId), shop.inOwnName]).toEqual([998, 1500, ['capture', 'commit']]);
  expect(lines).toEqual([{ event: 'order_carried_on', orderId, attempt: 1, from: 'capturing', to: 'confirmed' }]);
});

test('an order that was left alone while it was cancelled is cancelled', async () => {
  const orderId = await place();
  inject('release', 'down');
  await expect(world.service.cancelOrder({ orderId }, alice)).rejects.toMatchObject({ refusal: 'unavailable' });
  await letTimePass(database);
  await recoverOnce();
  expect(await orders()).toMatchObject([{ status: 'cancelled', due_at: null }]);
  expect([shop.available, paidFor(shop, orderId)]).toEqual([1000, 0]);
});

test('a refund that was left alone is given back', async () => {
  const orderId = await place();
  inject('refund', 'down');
  const amount = { currency: 'EUR', minorUnits: 400 };
  const refunding = world.service.refundOrder({ orderId, idempotencyKey: 'refund-01', amount }, alice);
  await expect(refunding).rejects.toMatchObject({ refusal: 'unavailable' });
  await letTimePass(database);
  await recoverOnce();
  expect(await orders()).toMatchObject([{ status: 'confirmed', due_at: null }]);
  expect(paidFor(shop, orderId)).toBe(1100);
});

test('what is done for an order later has the trace of the call that placed it', async () => {
  await leaveAloneAt('capture');
  const traces: string[] = [];
  shop.faultOf = (_, { traceId }) => {
    traces.push(traceId);
    return 'none';
  };
  await recoverOnce();
  expect(new Set(traces)).toEqual(new Set(['a'.repeat(32)]));
});

test('an order that somebody has in hand, or had a moment ago, is left to them', async () => {
  inject('authorize', 'lost');
  await expect(place()).rejects.toMatchObject({ refusal: 'unavailable' });
  await recoverOnce();
  await letTimePass(database);
  await world.claims.take((await orders())[0]?.order_id ?? '', '00000000-0000-4000-8000-000000000001', 60);
  await recoverOnce();
  expect([await orders(), shop.inOwnName]).toMatchObject([[{ status: 'pending' }], []]);
});

test('an attempt that fails says so, and the next one waits longer', async () => {
  const orderId = await leaveAloneAt('capture');
  shop.faultOf = () => 'down';
  for (let time = 0; time < 3; time += 1) {
    await recoverOnce();
    await letTimePass(database);
  }
  const attempts = lines.map((line) => ({ ...line, againInSeconds: Math.ceil(Number(line.againInSeconds)) }));
  expect(attempts).toMatchObject([
    {
      event: 'order_not_carried_on',
      orderId,
      attempt: 1,
      from: 'capturing',
      why: 'capture was unanswered',
      againInSeconds: 1,
    },
    { event: 'order_not_carried_on', orderId, attempt: 2, againInSeconds: 2 },
    { event: 'order_not_carried_on', orderId, attempt: 3 },
  ]);
  expect(Number(lines[2]?.againInSeconds)).toBeGreaterThanOrEqual(2);
  shop.faultOf = () => 'none';
  await recoverOnce();
  expect(await orders()).toMatchObject([{ status: 'confirmed' }]);
});

test('a database that is away ends no recovery', async () => {
  await leaveAloneAt('capture');
  let isAway = true;
  const takeLeft: typeof world.claims.takeLeft = (...args) =>
    isAway ? Promise.reject(new Error('away')) : world.claims.takeLeft(...args);
  const recovery = recover({ ...world, claims: { ...world.claims, takeLeft } });
  while (lines.length === 0) await new Promise((resolve) => setTimeout(resolve, 2));
  isAway = false;
  while ((await orders())[0]?.status !== 'confirmed') await new Promise((resolve) => setTimeout(resolve, 2));
  await recovery.close();
});

test('of two copies one is killed in the middle, and the other ends what both began, each order once', async () => {
  for (let at = 0; at < 20; at += 1) {
    inject(['reserve', 'authorize', 'capture', 'commit'][at % 4] ?? '', 'lost');
    await place(`key-${1000 + at}`).catch(() => {});
  }
  shop.faultOf = () => 'none';
  shop.steps.length = 0;
  await letTimePass(database);
  const mortal = createMortal({ steps: 9, happened: true });
  const doomed = createOrderWorld(mortal.database(database), mortal.shop(shop));
  await recoverOnce(doomed, world);
  expect(mortal.isDead()).toBe(true);
  // What the killed copy had in hand is free when its claims end.
  await letTimePass(database);
  await recoverOnce();
  const all = await orders();
  expect(all.map((order) => order.status)).toEqual(all.map((_, at) => (at % 4 < 2 ? 'rejected' : 'confirmed')));
  for (const order of all) {
    expect(paidFor(shop, order.order_id)).toBe(order.status === 'confirmed' ? 1500 : 0);
    expect(order.due_at).toBeNull();
  }
  expect(shop.available).toBe(1000 - 10 * 2);
});
