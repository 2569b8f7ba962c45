import type { TestDatabase } from '@zt/kit/testing';
import type { RecordSettlementRequest } from '@zt/proto/order';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  createOrderWorld,
  emptyOrderDatabase,
  patientCall,
  request,
  startOrderDatabase,
} from './testing/order-world.ts';
import { createShop, type Shop } from './testing/shop.ts';

let database: TestDatabase;
let shop: Shop;
let world: ReturnType<typeof createOrderWorld>;
const alice = patientCall('alice');
const payment = patientCall(null);
const settledAt = new Date('2026-03-01T12:00:00.000Z');

beforeAll(async () => {
  database = await startOrderDatabase();
}, 60_000);

beforeEach(async () => {
  await emptyOrderDatabase(database);
  shop = createShop();
  world = createOrderWorld(database, shop);
});

afterAll(() => database?.close());

const place = async (idempotencyKey = 'key-00001') =>
  (await world.service.placeOrder({ ...request, idempotencyKey }, alice)).order?.orderId ?? '';
const settle = (paymentId: string, changes: Partial<RecordSettlementRequest> = {}) =>
  world.service.recordSettlement(
    { paymentId, settlementId: 'settlement-1', amount: request.total, settledAt, ...changes },
    payment,
  );
const settledAtOf = async (orderId: string) => (await world.service.getOrder({ orderId }, alice)).order?.settledAt;

test('an order says when the card network paid out, and a second notice changes nothing', async () => {
  const orderId = await place();
  expect(await settledAtOf(orderId)).toBeUndefined();
  await settle(orderId);
  await expect(settle(orderId, { settledAt: new Date() })).resolves.toEqual({});
  expect(await settledAtOf(orderId)).toEqual(settledAt);
});

test('ten notices at a time are one', async () => {
  const orderId = await place();
  await Promise.all(Array.from({ length: 10 }, () => settle(orderId)));
  expect(await settledAtOf(orderId)).toEqual(settledAt);
});

test('another settlement of the same order is a conflict, and so is the same settlement of another order', async () => {
  const [orderId, other] = [await place(), await place('key-00002')];
  await settle(orderId);
  await expect(settle(orderId, { settlementId: 'settlement-2' })).rejects.toMatchObject({ refusal: 'conflict' });
  await expect(settle(other)).rejects.toMatchObject({ refusal: 'conflict' });
  expect(await settledAtOf(other)).toBeUndefined();
});

test('the whole total is paid out, also where a part of it was given back', async () => {
  const orderId = await place();
  const amount = { currency: 'EUR', minorUnits: 400 };
  await world.service.refundOrder({ orderId, idempotencyKey: 'refund-01', amount }, alice);
  const rest = { currency: 'EUR', minorUnits: 1100 };
  await expect(settle(orderId, { amount: rest })).rejects.toMatchObject({ refusal: 'not_possible' });
  await expect(settle(orderId)).resolves.toEqual({});
});

test('an order that nothing was taken for cannot be settled', async () => {
  shop.available = 1;
  await expect(settle(await place())).rejects.toMatchObject({ refusal: 'not_possible' });
  shop.faultOf = () => 'down';
  await expect(place('key-00002')).rejects.toMatchObject({ refusal: 'unavailable' });
  const [row] = await database.query<{ order_id: string }>("select order_id from orders where status = 'pending'");
  await expect(settle(row?.order_id ?? '')).rejects.toMatchObject({ refusal: 'not_possible' });
});

test('a notice that crosses a cancellation is kept: the card network has paid out', async () => {
  const orderId = await place();
  await world.service.cancelOrder({ orderId }, alice);
  await settle(orderId);
  expect(await settledAtOf(orderId)).toEqual(settledAt);
});

test('an order that nobody placed is not found', async () => {
  await expect(settle('00000000-0000-4000-8000-000000000000')).rejects.toMatchObject({ refusal: 'not_found' });
});

test.each<[string, Partial<RecordSettlementRequest>]>([
  ['an order id that is none', { paymentId: 'order-1' }],
  ['no settlement id', { settlementId: '' }],
  ['a settlement id of 65 characters', { settlementId: 's'.repeat(65) }],
  ['no amount', { amount: undefined }],
  ['another currency', { amount: { currency: 'USD', minorUnits: 1500 } }],
  ['no time', { settledAt: undefined }],
])('a settlement with %s is invalid', async (_, changes) => {
  await expect(settle(await place(), changes)).rejects.toMatchObject({ refusal: 'invalid' });
});
