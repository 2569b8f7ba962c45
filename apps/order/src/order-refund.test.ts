import { status } from '@grpc/grpc-js';
import { CallError } from '@zt/kit/service';
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
const fiona = patientCall('fiona');

beforeAll(async () => {
  database = await startOrderDatabase();
}, 60_000);

beforeEach(async () => {
  await emptyOrderDatabase(database);
  shop = createShop();
  world = createOrderWorld(database, shop);
});

afterAll(() => database?.close());

function inject(...faults: Fault[]): void {
  shop.faultOf = (each) => (each === 'refund' ? (faults.shift() ?? 'none') : 'none');
}
const place = async () => (await world.service.placeOrder(request, alice)).order?.orderId ?? '';
const refund = async (orderId: string, minorUnits: number, idempotencyKey = 'refund-01') =>
  (await world.service.refundOrder({ orderId, idempotencyKey, amount: { currency: 'EUR', minorUnits } }, fiona)).order;
const euros = (minorUnits: number) => ({ refunded: { currency: 'EUR', minorUnits } });

test("parts of anybody's order go back until nothing is left of the total", async () => {
  const orderId = await place();
  await expect(refund(orderId, 400)).resolves.toMatchObject({
    status: OrderStatus.ORDER_STATUS_CONFIRMED,
    ...euros(400),
  });
  await expect(refund(orderId, 1101, 'refund-02')).rejects.toMatchObject({
    refusal: 'not_possible',
    message: 'No more than 11.00 EUR can be given back.',
  });
  await expect(refund(orderId, 1100, 'refund-03')).resolves.toMatchObject(euros(1500));
  await expect(refund(orderId, 1, 'refund-04')).rejects.toMatchObject({ refusal: 'not_possible' });
  expect([paidFor(shop, orderId), shop.available]).toEqual([0, 998]);
});

test('the same key gives back once, with the same answer; with another amount it is a conflict', async () => {
  const orderId = await place();
  const first = await refund(orderId, 400);
  await expect(refund(orderId, 400)).resolves.toEqual(first);
  await expect(refund(orderId, 401)).rejects.toMatchObject({ refusal: 'conflict' });
  expect(paidFor(shop, orderId)).toBe(1100);
});

test('the same key of another order is another refund', async () => {
  const orderId = await place();
  const other = await world.service.placeOrder({ ...request, idempotencyKey: 'key-00002' }, alice);
  await refund(orderId, 400);
  await expect(refund(other.order?.orderId ?? '', 500)).resolves.toMatchObject(euros(500));
});

test('refunds at the same time never give back more than the total', async () => {
  const orderId = await place();
  const settled = await Promise.allSettled(
    Array.from({ length: 12 }, (_, at) => refund(orderId, 400, `refund-${10 + at}`)),
  );
  expect(settled.filter((each) => each.status === 'fulfilled')).toHaveLength(3);
  expect(paidFor(shop, orderId)).toBe(300);
});

test('a refund whose answer gets lost is promised, counts, and is given back once', async () => {
  const orderId = await place();
  inject('lost', 'down');
  await expect(refund(orderId, 1000)).rejects.toMatchObject({ refusal: 'unavailable' });
  // Its promise stands, so that more than the rest can't be promised, and what comes later waits for it.
  await expect(refund(orderId, 501, 'refund-02')).rejects.toMatchObject({ refusal: 'not_possible' });
  await expect(refund(orderId, 500, 'refund-03')).rejects.toMatchObject({ refusal: 'unavailable' });
  await expect(refund(orderId, 1000)).resolves.toMatchObject(euros(1500));
  expect([paidFor(shop, orderId), shop.payments.get(orderId)?.refunds.size]).toEqual([0, 2]);
});

test('a refund that payment refuses for good stays refused, and its amount is free again', async () => {
  const orderId = await place();
  const refuse = () => Promise.reject(new CallError('refund', status.FAILED_PRECONDITION, 'The card is closed.'));
  const closed = createOrderWorld(database, { ...shop, payment: { ...shop.payment, refundPayment: refuse } });
  const call = { orderId, idempotencyKey: 'refund-01', amount: request.total };
  for (let time = 0; time < 2; time += 1) {
    await expect(closed.service.refundOrder(call, fiona)).rejects.toMatchObject({
      refusal: 'not_possible',
      message: 'The card is closed.',
    });
  }
  await expect(refund(orderId, 1500, 'refund-02')).resolves.toMatchObject(euros(1500));
});

test('a refund that was allowed here is given in the own name where the user counts no more', async () => {
  const orderId = await place();
  shop.faultOf = (_, { user }) => (user === null ? 'none' : 'unverified');
  await expect(refund(orderId, 400)).resolves.toMatchObject(euros(400));
  expect(shop.inOwnName).toEqual(['refund']);
});

test('a settled order can be refunded', async () => {
  const orderId = await place();
  const settlement = { settlementId: 'settlement-1', amount: request.total, settledAt: new Date() };
  await world.service.recordSettlement({ ...settlement, paymentId: orderId }, patientCall(null));
  await expect(refund(orderId, 1500)).resolves.toMatchObject(euros(1500));
});

test('an order that was rejected or cancelled has nothing to give back', async () => {
  const cancelled = await place();
  await world.service.cancelOrder({ orderId: cancelled }, alice);
  await expect(refund(cancelled, 1)).rejects.toMatchObject({ refusal: 'not_possible' });
  shop.available = 1;
  const rejected = await world.service.placeOrder({ ...request, idempotencyKey: 'key-00002' }, alice);
  await expect(refund(rejected.order?.orderId ?? '', 1)).rejects.toMatchObject({ refusal: 'not_possible' });
});

test('an order that nobody placed cannot be refunded', async () => {
  await expect(refund('00000000-0000-4000-8000-000000000000', 1)).rejects.toMatchObject({ refusal: 'not_found' });
});

test.each([
  ['a key of 7 characters', { idempotencyKey: 'refund1' }],
  ['no amount', { amount: undefined }],
  ['an amount of zero', { amount: { currency: 'EUR', minorUnits: 0 } }],
  ['a negative amount', { amount: { currency: 'EUR', minorUnits: -100 } }],
  ['half a cent', { amount: { currency: 'EUR', minorUnits: 0.5 } }],
  ['another currency', { amount: { currency: 'USD', minorUnits: 100 } }],
  ['an order id that is none', { orderId: "' or 1=1 --" }],
])('a refund with %s is invalid', async (_, changes) => {
  const call = { orderId: await place(), idempotencyKey: 'refund-01', amount: { currency: 'EUR', minorUnits: 1 } };
  const refunding = world.service.refundOrder({ ...call, ...changes }, fiona);
  await expect(refunding).rejects.toMatchObject({ refusal: 'invalid' });
});
