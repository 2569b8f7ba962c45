import type { TestDatabase } from '@zt/kit/testing';
import { OrderStatus } from '@zt/proto/order';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { orderResources } from './order-resources.ts';
import {
  createOrderWorld,
  emptyOrderDatabase,
  patientCall,
  request,
  startOrderDatabase,
} from './testing/order-world.ts';
import { createShop } from './testing/shop.ts';

let database: TestDatabase;
let world: ReturnType<typeof createOrderWorld>;
const alice = patientCall('alice');
const bob = patientCall('bob');
const sam = patientCall('sam');

beforeAll(async () => {
  database = await startOrderDatabase();
}, 60_000);

beforeEach(async () => {
  await emptyOrderDatabase(database);
  world = createOrderWorld(database, createShop());
});

afterAll(() => database?.close());

async function placeMany(count: number, context = alice): Promise<string[]> {
  const ids: string[] = [];
  for (let at = 0; at < count; at += 1) {
    const { order } = await world.service.placeOrder({ ...request, idempotencyKey: `key-${1000 + at}` }, context);
    ids.unshift(order?.orderId ?? '');
  }
  return ids;
}

async function allPages(pageSize: number, context = alice): Promise<string[][]> {
  const pages: string[][] = [];
  for (let pageToken = ''; ; ) {
    const page = await world.service.listOrders({ pageSize, pageToken }, context);
    pages.push(page.orders.map((order) => order.orderId));
    pageToken = page.nextPageToken;
    if (pageToken === '') return pages;
  }
}

test('pages together hold each own order once, the newest first', async () => {
  const ids = await placeMany(7);
  await placeMany(2, bob);
  expect(await allPages(3)).toEqual([ids.slice(0, 3), ids.slice(3, 6), ids.slice(6)]);
  expect(await allPages(7)).toEqual([ids]);
  expect((await allPages(0))[0]).toHaveLength(7);
});

test('orders of the same moment are on one page or the other, and never on both', async () => {
  const ids = await placeMany(6);
  await database.query("update orders set placed_at = '2026-03-01T12:00:00.123Z'");
  expect((await allPages(1)).flat().toSorted()).toEqual(ids.toSorted());
});

test('an order that comes in between moves no other to another page', async () => {
  const ids = await placeMany(4);
  const first = await world.service.listOrders({ pageSize: 2, pageToken: '' }, alice);
  await world.service.placeOrder({ ...request, idempotencyKey: 'key-late1' }, alice);
  const second = await world.service.listOrders({ pageSize: 2, pageToken: first.nextPageToken }, alice);
  expect(second.orders.map((order) => order.orderId)).toEqual(ids.slice(2));
});

test("somebody else's page token shows own orders only", async () => {
  await placeMany(3);
  const hers = await world.service.listOrders({ pageSize: 1, pageToken: '' }, alice);
  await expect(world.service.listOrders({ pageSize: 1, pageToken: hers.nextPageToken }, bob)).resolves.toEqual({
    orders: [],
    nextPageToken: '',
  });
});

test('a page token that was changed is refused', async () => {
  const listing = world.service.listOrders({ pageSize: 1, pageToken: 'x' }, alice);
  await expect(listing).rejects.toMatchObject({ refusal: 'invalid' });
});

test("support reads anybody's order, and the orders of a user", async () => {
  const [orderId = ''] = await placeMany(2);
  await expect(world.service.getAnyOrder({ orderId, purpose: 'ticket 17' }, sam)).resolves.toMatchObject({
    order: { orderId, userId: 'alice', status: OrderStatus.ORDER_STATUS_CONFIRMED },
  });
  const listed = { userId: 'alice', purpose: 'ticket 17', pageSize: 1, pageToken: '' };
  await expect(world.service.listAnyOrders(listed, sam)).resolves.toMatchObject({ orders: [{ orderId }] });
});

test('an order that nobody placed is not found for support either', async () => {
  const orderId = '00000000-0000-4000-8000-000000000000';
  const reading = world.service.getAnyOrder({ orderId, purpose: 'ticket 17' }, sam);
  await expect(reading).rejects.toMatchObject({ refusal: 'not_found' });
});

test.each(['', 'abc', 'a'.repeat(129), 'ticket\n17', 'ticket\u202e17'])('%j is no purpose', async (purpose) => {
  const [orderId = ''] = await placeMany(1);
  await expect(world.service.getAnyOrder({ orderId, purpose }, sam)).rejects.toMatchObject({ refusal: 'invalid' });
  const listed = { userId: 'alice', purpose, pageSize: 1, pageToken: '' };
  await expect(world.service.listAnyOrders(listed, sam)).rejects.toMatchObject({ refusal: 'invalid' });
});

test.each(['', 'a b', 'a'.repeat(256)])('%j is no user id', async (userId) => {
  const listed = { userId, purpose: 'ticket 17', pageSize: 1, pageToken: '' };
  await expect(world.service.listAnyOrders(listed, sam)).rejects.toMatchObject({ refusal: 'invalid' });
});

test('nobody has no list of orders', async () => {
  const listing = world.service.listOrders({ pageSize: 0, pageToken: '' }, patientCall(null));
  await expect(listing).rejects.toMatchObject({ reason: 'user_required' });
});

test('policy and the ledger see amounts, identifiers and purposes', () => {
  const orderId = 'order-0001';
  const amount = { currency: 'EUR', minorUnits: 1500 };
  const seen = { amount_minor_units: 1500, currency: 'EUR' };
  expect(orderResources.placeOrder?.(request)).toEqual(seen);
  expect(orderResources.getOrder?.({ orderId })).toEqual({ order: orderId });
  expect(orderResources.cancelOrder?.({ orderId })).toEqual({ order: orderId });
  expect(orderResources.refundOrder?.({ orderId, idempotencyKey: 'refund-01', amount })).toEqual({
    order: orderId,
    ...seen,
  });
  expect(orderResources.getAnyOrder?.({ orderId, purpose: 'ticket 17' })).toEqual({
    order: orderId,
    purpose: 'ticket 17',
  });
  const list = { userId: 'alice', purpose: 'ticket 17', pageSize: 1, pageToken: '' };
  expect(orderResources.listAnyOrders?.(list)).toEqual({ user: 'alice', purpose: 'ticket 17' });
  const settlement = { paymentId: orderId, settlementId: 'settlement-1', amount, settledAt: new Date(0) };
  expect(orderResources.recordSettlement?.(settlement)).toEqual({
    order: orderId,
    settlement: 'settlement-1',
    ...seen,
  });
});
