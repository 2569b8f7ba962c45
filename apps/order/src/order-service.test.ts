import type { TestDatabase } from '@zt/kit/testing';
import { OrderStatus, type PlaceOrderRequest } from '@zt/proto/order';
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

beforeAll(async () => {
  database = await startOrderDatabase();
}, 60_000);

beforeEach(async () => {
  await emptyOrderDatabase(database);
  shop = createShop();
  world = createOrderWorld(database, shop);
});

afterAll(() => database?.close());

/** The next calls of this step go wrong, one after the other. */
function inject(step: string, ...faults: Fault[]): void {
  shop.faultOf = (each) => (each === step ? (faults.shift() ?? 'none') : 'none');
}
const place = async (changes: Partial<PlaceOrderRequest> = {}, user = 'alice') =>
  (await world.service.placeOrder({ ...request, ...changes }, patientCall(user))).order;
const paid = () => [...shop.payments.keys()].map((id) => paidFor(shop, id));
const orderCount = async () => (await database.query('select order_id from orders')).length;

test('an order is reserved, paid, committed and confirmed, in this order', async () => {
  const order = await place();
  expect(order).toMatchObject({
    userId: 'alice',
    status: OrderStatus.ORDER_STATUS_CONFIRMED,
    lines: request.lines,
    total: request.total,
    rejectedBecause: '',
  });
  expect(shop.steps).toEqual(['reserve', 'authorize', 'capture', 'commit']);
  expect(paid()).toEqual([1500]);
  await expect(world.service.getOrder({ orderId: order?.orderId ?? '' }, alice)).resolves.toEqual({ order });
});

test('the same key with the same body gives the first answer and does nothing again', async () => {
  const first = await place();
  await expect(place()).resolves.toEqual(first);
  expect(shop.steps).toHaveLength(4);
});

test('the same key with another body is a conflict', async () => {
  await place();
  const other = place({ lines: [{ sku: 'tea-assam-100g', quantity: 3 }] });
  await expect(other).rejects.toMatchObject({ refusal: 'conflict' });
  await expect(place({ total: { currency: 'EUR', minorUnits: 1 } })).rejects.toMatchObject({ refusal: 'conflict' });
  expect(await orderCount()).toBe(1);
});

test('the same key of another user is another order', async () => {
  const mine = await place();
  const hers = await place({}, 'carol');
  expect(hers?.orderId).not.toBe(mine?.orderId);
  expect(await orderCount()).toBe(2);
});

test('thirty parallel orders with one key are one order, with one answer, taken through its steps once', async () => {
  const answers = await Promise.all(Array.from({ length: 30 }, () => place()));
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  expect(await orderCount()).toBe(1);
  expect(shop.steps).toEqual(['reserve', 'authorize', 'capture', 'commit']);
});

test('of parallel orders with one key and two bodies one body wins', async () => {
  const other = { lines: [{ sku: 'tea-assam-100g', quantity: 4 }], total: { currency: 'EUR', minorUnits: 3000 } };
  const settled = await Promise.allSettled(Array.from({ length: 20 }, (_, at) => place(at % 2 === 0 ? {} : other)));
  const refused = settled.filter((each) => each.status === 'rejected').map((each) => each.reason);
  expect(refused).toHaveLength(10);
  for (const reason of refused) expect(reason).toMatchObject({ refusal: 'conflict' });
  expect(await orderCount()).toBe(1);
});

test('an order that the stock does not cover is rejected with the reason, and nothing is paid', async () => {
  shop.available = 1;
  await expect(place()).resolves.toMatchObject({
    status: OrderStatus.ORDER_STATUS_REJECTED,
    rejectedBecause: 'There is not enough of tea-assam-100g in stock.',
  });
  expect([shop.available, paid()]).toEqual([1, [0]]);
});

test('an order at another price than agreed is rejected, and the stock is given back', async () => {
  shop.unitPriceMinorUnits = 800;
  await expect(place()).resolves.toMatchObject({
    status: OrderStatus.ORDER_STATUS_REJECTED,
    rejectedBecause: 'The goods cost 16.00 EUR and not 15.00 EUR.',
  });
  expect(shop.steps).toEqual(['reserve', 'release', 'void']);
  expect([shop.available, paid()]).toEqual([1000, [0]]);
});

test.each(['reserve', 'authorize', 'capture', 'commit'])(
  'an order whose %s gets no answer stays pending, and goes on with the same key',
  async (step) => {
    inject(step, 'lost', 'down');
    await expect(place()).rejects.toMatchObject({ refusal: 'unavailable' });
    await expect(place()).rejects.toMatchObject({ refusal: 'unavailable' });
    const [row] = await database.query<{ order_id: string }>('select order_id from orders');
    const pending = await world.service.getOrder({ orderId: row?.order_id ?? '' }, alice);
    expect(pending.order).toMatchObject({ status: OrderStatus.ORDER_STATUS_PENDING });
    await expect(place()).resolves.toMatchObject({ status: OrderStatus.ORDER_STATUS_CONFIRMED });
    expect(paid()).toEqual([1500]);
    expect(shop.available).toBe(998);
  },
);

test('a rejection whose release gets no answer stays a rejection: the stock may not be reserved anew', async () => {
  shop.unitPriceMinorUnits = 800;
  inject('release', 'down');
  await expect(place()).rejects.toMatchObject({ refusal: 'unavailable' });
  shop.unitPriceMinorUnits = 750;
  await expect(place()).resolves.toMatchObject({
    status: OrderStatus.ORDER_STATUS_REJECTED,
    rejectedBecause: 'The goods cost 16.00 EUR and not 15.00 EUR.',
  });
  expect(shop.available).toBe(1000);
});

test.each(['reserve', 'authorize'])(
  'an order whose %s is denied is denied each time, and keeps no stock',
  async (step) => {
    inject(step, 'denied');
    await expect(place()).rejects.toMatchObject({ reason: 'caller_not_allowed' });
    await expect(place()).rejects.toMatchObject({ reason: 'caller_not_allowed' });
    expect([shop.available, shop.steps.at(-1), paid()]).toEqual([1000, 'void', [0]]);
  },
);

test.each(['capture', 'commit'])(
  'a %s that counts no more for the user is taken in the own name: the payment was authorised',
  async (step) => {
    shop.faultOf = (each, { user }) => (each === step && user !== null ? 'denied' : 'none');
    await expect(place()).resolves.toMatchObject({ status: OrderStatus.ORDER_STATUS_CONFIRMED });
    expect([shop.inOwnName, paid()]).toEqual([[step], [1500]]);
  },
);

test('a capture that is denied in the own name too is not taken for unpaid', async () => {
  inject('capture', 'lost', 'denied', 'denied');
  await expect(place()).rejects.toMatchObject({ refusal: 'unavailable' });
  await expect(place()).rejects.toMatchObject({ reason: 'caller_not_allowed' });
  await expect(place()).resolves.toMatchObject({ status: OrderStatus.ORDER_STATUS_CONFIRMED });
});

test.each(['reserve', 'authorize'])('a %s is never taken in the own name', async (step) => {
  shop.faultOf = (each, { user }) => (each === step && user !== null ? 'unverified' : 'none');
  await expect(place()).rejects.toMatchObject({ reason: 'caller_not_allowed' });
  expect([shop.inOwnName, paid()]).toEqual([[], []]);
});

test('an order whose goods are gone after it was paid is rejected, and the money is back', async () => {
  shop.faultOf = (step) => {
    if (step === 'commit') for (const id of shop.reservations.keys()) shop.reservations.set(id, 'released');
    return 'none';
  };
  await expect(place()).resolves.toMatchObject({
    status: OrderStatus.ORDER_STATUS_REJECTED,
    rejectedBecause: 'The reservation was released.',
    refunded: request.total,
  });
  expect([shop.steps.at(-1), paid()]).toEqual(['refund', [0]]);
});

test('a token that ends on the way is denied, and with a new one the order goes on', async () => {
  inject('authorize', 'unverified');
  await expect(place()).rejects.toMatchObject({ reason: 'caller_not_allowed' });
  await expect(place()).resolves.toMatchObject({ status: OrderStatus.ORDER_STATUS_CONFIRMED });
});

test('what another service says where it gives no answer does not reach the caller', async () => {
  inject('reserve', 'down');
  const error: unknown = await place().catch((cause: unknown) => cause);
  expect(String(error)).not.toContain('secret cause');
});

test('an order that somebody has in hand is waited for until the deadline, and not longer', async () => {
  inject('reserve', 'down');
  await place().catch(() => {});
  const [row] = await database.query<{ order_id: string }>('select order_id from orders');
  const id = row?.order_id ?? '';
  await world.claims.take(id, '00000000-0000-4000-8000-000000000001', 60);
  const impatient = patientCall('alice', { deadline: new Date(Date.now() + 100) });
  await expect(world.service.placeOrder(request, impatient)).rejects.toMatchObject({ refusal: 'unavailable' });
  await world.claims.letGo(id, '00000000-0000-4000-8000-000000000001');
  await expect(place()).resolves.toMatchObject({ status: OrderStatus.ORDER_STATUS_CONFIRMED });
});

test('whoever lost the claim cannot write any more', async () => {
  inject('reserve', 'down');
  await place().catch(() => {});
  const [row] = await database.query<{ order_id: string }>('select order_id from orders');
  const id = row?.order_id ?? '';
  const [mine, other] = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'];
  await world.claims.take(id, mine, 0);
  await expect(world.claims.take(id, other, 60)).resolves.toMatchObject({ id });
  await expect(world.claims.record(id, mine, { kind: 'capturing' })).rejects.toMatchObject({ refusal: 'unavailable' });
  await expect(world.claims.take(id, mine, 60)).resolves.toBeNull();
});

test("somebody else's order does not exist, and neither does one that nobody placed", async () => {
  const order = await place();
  const bob = patientCall('bob');
  const others = world.service.getOrder({ orderId: order?.orderId ?? '' }, bob);
  const nobodys = world.service.getOrder({ orderId: '00000000-0000-4000-8000-000000000000' }, bob);
  const [one, two] = await Promise.allSettled([others, nobodys]);
  expect(one).toMatchObject({ status: 'rejected', reason: { refusal: 'not_found' } });
  expect(two).toEqual(one);
});

test('nothing is ordered on behalf of nobody', async () => {
  await expect(world.service.placeOrder(request, patientCall(null))).rejects.toMatchObject({
    reason: 'user_required',
  });
  expect(await orderCount()).toBe(0);
});
