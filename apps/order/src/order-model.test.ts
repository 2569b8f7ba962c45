import type { TestDatabase } from '@zt/kit/testing';
import { OrderStatus } from '@zt/proto/order';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
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
const alice = patientCall('alice');
const fiona = patientCall('fiona');
const payment = patientCall(null);

beforeAll(async () => {
  database = await startOrderDatabase();
}, 60_000);

afterAll(() => database?.close());

/** What one copy of the service does until it is killed, if it is. */
interface Life {
  readonly does: 'place' | 'cancel' | 'refund 400' | 'refund 900' | 'settle' | 'recover';
  readonly steps: number;
  readonly happened: boolean;
}

/** What happens beside the copies, after they are all dead or done. */
type Event = 'none' | 'late calls arrive' | 'reservation expires' | 'reservation expires and is sold';

const lives = fc.record<Life>({
  does: fc.constantFrom('place', 'place', 'place', 'cancel', 'refund 400', 'refund 900', 'settle', 'recover'),
  steps: fc.oneof(fc.integer({ min: 1, max: 25 }), fc.constant(1000)),
  happened: fc.boolean(),
});
const rounds = fc.array(
  fc.record({
    lives: fc.array(lives, { minLength: 1, maxLength: 3 }),
    event: fc.constantFrom<Event>(
      'none',
      'none',
      'late calls arrive',
      'reservation expires',
      'reservation expires and is sold',
    ),
    timePasses: fc.boolean(),
  }),
  { minLength: 2, maxLength: 6 },
);
const faults = fc.array(
  fc.constantFrom<Fault>('none', 'none', 'none', 'none', 'down', 'lost', 'late', 'denied', 'unverified'),
  { maxLength: 25 },
);

test('whatever is killed, lost or late, in the end the goods, the money and the order agree', async () => {
  const ends = new Set<string>();
  await fc.assert(
    fc.asyncProperty(rounds, faults, async (plan, faultPlan) => {
      await emptyOrderDatabase(database);
      const shop = createShop();
      const left = [...faultPlan];
      shop.faultOf = () => left.shift() ?? 'none';
      const answers: string[] = [];
      let soldElsewhere = 0;
      for (const round of plan) {
        await Promise.all(round.lives.map((life) => live(shop, life, answers)));
        soldElsewhere += happen(shop, round.event);
        if (round.timePasses) await letTimePass(database);
      }
      left.length = 0;
      await recoverAll(shop);
      for (const arrive of shop.late) tryTo(arrive);
      const order = await onlyOrder();
      if (order === null) return;
      ends.add(order.status);
      check(shop, order, answers, soldElsewhere);
    }),
    { numRuns: 60, seed: Number(process.env.FC_SEED ?? Date.now()) },
  );
  expect(ends).toEqual(new Set(['confirmed', 'rejected', 'cancelled']));
}, 120_000);

/** One copy's call, or its recovery for a while. */
async function live(shop: Shop, { does, ...life }: Life, answers: string[]): Promise<void> {
  const mortal = createMortal(life);
  const { service, claims, work } = createOrderWorld(mortal.database(database), mortal.shop(shop));
  const orderId = (await onlyOrder())?.order_id ?? '00000000-0000-4000-8000-000000000000';
  const soon = { deadline: new Date(Date.now() + 150) };
  const refund = async (minorUnits: number) => {
    const call = { orderId, idempotencyKey: `refund-${minorUnits}`, amount: { currency: 'EUR', minorUnits } };
    await service.refundOrder(call, { ...fiona, ...soon });
    answers.push(`refunded ${minorUnits}`);
  };
  const run = async (): Promise<void> => {
    switch (does) {
      case 'place': {
        const { order } = await service.placeOrder(request, { ...alice, ...soon });
        if (order?.status === OrderStatus.ORDER_STATUS_CONFIRMED) answers.push('confirmed');
        if (order?.status === OrderStatus.ORDER_STATUS_REJECTED) answers.push('rejected');
        return;
      }
      case 'cancel': {
        answers.push('cancel asked');
        await service.cancelOrder({ orderId }, { ...alice, ...soon });
        answers.push('cancelled');
        return;
      }
      case 'refund 400':
        return await refund(400);
      case 'refund 900':
        return await refund(900);
      case 'settle': {
        const settlement = { settlementId: 'settlement-1', amount: request.total, settledAt: new Date() };
        await service.recordSettlement({ ...settlement, paymentId: orderId }, payment);
        return;
      }
      case 'recover': {
        const recovery = createOrderRecovery({ claims, work, createOwnContext, log: silent, atOnce: 2, pauseMs: 2 });
        await new Promise((resolve) => setTimeout(resolve, 30));
        await recovery.close();
        return;
      }
    }
  };
  await run().catch(() => {});
}

/** How much of the goods somebody else bought. */
function happen(shop: Shop, event: Event): number {
  switch (event) {
    case 'none':
      return 0;
    case 'late calls arrive':
      for (const arrive of shop.late.splice(0)) tryTo(arrive);
      return 0;
    case 'reservation expires':
    case 'reservation expires and is sold': {
      for (const [id, state] of shop.reservations) {
        if (state !== 'reserved') continue;
        shop.reservations.set(id, 'expired');
        shop.available += 2;
      }
      if (event === 'reservation expires') return 0;
      const sold = shop.available;
      shop.available = 0;
      return sold;
    }
  }
}

function tryTo(arrive: () => void): void {
  try {
    arrive();
  } catch {
    // Refused: its time is over.
  }
}

/** Two copies that nobody kills, until nothing is left to do. */
async function recoverAll(shop: Shop): Promise<void> {
  const recoveries = [createOrderWorld(database, shop), createOrderWorld(database, shop)].map(({ claims, work }) =>
    createOrderRecovery({ claims, work, createOwnContext, log: silent, atOnce: 1, pauseMs: 2 }),
  );
  await letTimePass(database);
  while ((await database.query('select from orders where due_at is not null')).length > 0) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    await letTimePass(database);
  }
  await Promise.all(recoveries.map((recovery) => recovery.close()));
}

interface OrderEnd {
  readonly order_id: string;
  readonly status: string;
  readonly refunded: string;
}

async function onlyOrder(): Promise<OrderEnd | null> {
  const [row] = await database.query<OrderEnd>(
    `select order_id, status, (select coalesce(sum(amount_minor_units), 0) from order_refunds where status = 'done')
     as refunded from orders`,
  );
  return row ?? null;
}

function check(shop: Shop, order: OrderEnd, answers: readonly string[], soldElsewhere: number): void {
  const isSold = order.status === 'confirmed';
  const refunded = Number(order.refunded);
  const charged = shop.payments.get(order.order_id)?.status === 'captured' ? 1500 : 0;
  expect(charged - paidFor(shop, order.order_id)).toBe(refunded);
  expect(paidFor(shop, order.order_id)).toBe(isSold ? 1500 - refunded : 0);
  expect(shop.payments.get(order.order_id)?.status).not.toBe('authorized');
  expect(shop.reservations.get(order.order_id)).toBe(isSold ? 'committed' : 'released');
  expect(shop.available + soldElsewhere + (isSold ? 2 : 0)).toBe(1000);
  // What was once answered stays true.
  if (answers.includes('cancelled')) expect(order.status).toBe('cancelled');
  if (answers.includes('rejected')) expect(order.status).toBe('rejected');
  if (answers.includes('confirmed') && !answers.includes('cancel asked')) expect(order.status).toBe('confirmed');
  for (const amount of [400, 900])
    if (answers.includes(`refunded ${amount}`)) expect(refunded).toBeGreaterThanOrEqual(amount);
}
