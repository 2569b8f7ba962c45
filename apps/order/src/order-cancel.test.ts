import type { TestDatabase } from '@zt/kit/testing';
import { OrderStatus } from '@zt/proto/order';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  createOrderWorld,
  emptyOrderDatabase,
  patientCall,
  request,
  startOrderDatabase,
} from './testing/order-world.ts';
import { createShop, type Fault, type Shop } from './testing/shop.ts';
import { paidFor } from './testing/shop-books.ts';

let database: TestDatabase;
let shop: Shop;
let world: ReturnType<typeof createOrderWorld>;
const alice = patientCall('alice');
const settlement = { settlementId: 'settlement-1', amount: request.total, settledAt: new Date('2026-03-01T12:00:00Z') };

beforeAll(async () => {
  database = await startOrderDatabase();
}, 60_000);

beforeEach(async () => {
  await emptyOrderDatabase(database);
  shop = createShop();
  world = createOrderWorld(database, shop);
});

afterAll(() => database?.close());

function inject(step: string, ...faults: Fault[]): void {
  shop.faultOf = (each) => (each === step ? (faults.shift() ?? 'none') : 'none');
}
const place = async () => (await world.service.placeOrder(request, alice)).order?.orderId ?? '';
const cancel = async (orderId: string, context = alice) =>
  (await world.service.cancelOrder({ orderId }, context)).order;
const onlyOrder = async () =>
  (await database.query<{ order_id: string }>('select order_id from orders'))[0]?.order_id ?? '';

test('a cancelled order gives back the money and the goods, once', async () => {
  const orderId = await place();
  const first = await cancel(orderId);
  expect(first).toMatchObject({ status: OrderStatus.ORDER_STATUS_CANCELLED, refunded: request.total });
  await expect(cancel(orderId)).resolves.toEqual(first);
  expect([shop.available, paidFor(shop, orderId)]).toEqual([1000, 0]);
  expect(shop.steps.slice(4)).toEqual(['void', 'refund', 'release']);
});

test('ten cancellations at a time are one, with one answer', async () => {
  const orderId = await place();
  const answers = await Promise.all(Array.from({ length: 10 }, () => cancel(orderId)));
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  expect(shop.steps.slice(4)).toEqual(['void', 'refund', 'release']);
});

test('what was given back before is not given back again', async () => {
  const orderId = await place();
  const amount = { currency: 'EUR', minorUnits: 400 };
  await world.service.refundOrder({ orderId, idempotencyKey: 'refund-01', amount }, alice);
  await expect(cancel(orderId)).resolves.toMatchObject({ refunded: request.total });
  expect([...(shop.payments.get(orderId)?.refunds.values() ?? [])]).toEqual([400, 1100]);
});

test('an order whose money is all back already is cancelled without another refund', async () => {
  const orderId = await place();
  await world.service.refundOrder({ orderId, idempotencyKey: 'refund-01', amount: request.total }, alice);
  await expect(cancel(orderId)).resolves.toMatchObject({ status: OrderStatus.ORDER_STATUS_CANCELLED });
  expect([shop.available, shop.payments.get(orderId)?.refunds.size]).toEqual([1000, 1]);
});

test.each<Fault>(['down', 'lost'])('a cancellation whose refund is %s stays begun, and goes on', async (fault) => {
  const orderId = await place();
  inject('refund', fault);
  await expect(cancel(orderId)).rejects.toMatchObject({ refusal: 'unavailable' });
  await expect(world.service.getOrder({ orderId }, alice)).resolves.toMatchObject({
    order: { status: OrderStatus.ORDER_STATUS_PENDING },
  });
  // Settled in between: what was begun in time is ended all the same.
  await world.service.recordSettlement({ ...settlement, paymentId: orderId }, patientCall(null));
  await expect(cancel(orderId)).resolves.toMatchObject({ status: OrderStatus.ORDER_STATUS_CANCELLED });
  expect([shop.available, paidFor(shop, orderId), shop.payments.get(orderId)?.refunds.size]).toEqual([1000, 0, 1]);
});

test.each(['reserve', 'authorize', 'capture', 'commit'])(
  'an order that stopped at its %s can be cancelled',
  async (step) => {
    inject(step, 'lost');
    await expect(place()).rejects.toMatchObject({ refusal: 'unavailable' });
    const orderId = await onlyOrder();
    await expect(cancel(orderId)).resolves.toMatchObject({ status: OrderStatus.ORDER_STATUS_CANCELLED });
    expect([shop.available, paidFor(shop, orderId)]).toEqual([1000, 0]);
  },
);

test('a settled order cannot be cancelled, and nothing is given back', async () => {
  const orderId = await place();
  await world.service.recordSettlement({ ...settlement, paymentId: orderId }, patientCall(null));
  await expect(cancel(orderId)).rejects.toMatchObject({ refusal: 'not_possible' });
  expect([shop.available, paidFor(shop, orderId), shop.steps.length]).toEqual([998, 1500, 4]);
});

test('a rejected order cannot be cancelled', async () => {
  shop.available = 1;
  await expect(cancel(await place())).rejects.toMatchObject({
    refusal: 'not_possible',
    message: 'The order was rejected.',
  });
});

test("somebody else's order cannot be cancelled, and does not exist", async () => {
  const orderId = await place();
  await expect(cancel(orderId, patientCall('bob'))).rejects.toMatchObject({ refusal: 'not_found' });
  expect([shop.available, paidFor(shop, orderId)]).toEqual([998, 1500]);
});

test('a user who is blocked on the way gets the money back all the same, in the own name of the service', async () => {
  const orderId = await place();
  shop.faultOf = (_, { user }) => (user === null ? 'none' : 'denied');
  await expect(cancel(orderId)).resolves.toMatchObject({ status: OrderStatus.ORDER_STATUS_CANCELLED });
  expect(shop.inOwnName).toEqual(['void', 'refund', 'release']);
});

test('settlement and cancellation at the same time: one of them is first, and the order agrees with it', async () => {
  for (let round = 0; round < 10; round += 1) {
    await emptyOrderDatabase(database);
    const orderId = await place();
    const named = { ...settlement, settlementId: `settlement-${round}`, paymentId: orderId };
    const [cancelled] = await Promise.allSettled([
      cancel(orderId),
      world.service.recordSettlement(named, patientCall(null)),
    ]);
    expect(paidFor(shop, orderId)).toBe(cancelled.status === 'fulfilled' ? 0 : 1500);
    expect(shop.reservations.get(orderId)).toBe(cancelled.status === 'fulfilled' ? 'released' : 'committed');
  }
});
