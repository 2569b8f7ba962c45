import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Money, ShopAnswer } from '../shop/shop-client.ts';
import { hold } from './shop-path.ts';
import { smallOrder, type World } from './world.ts';

/** Why support looks at orders here. */
export const ticket = 'ticket 4711';

export const euros = (minorUnits: number): Money => ({ currency: 'EUR', minorUnits });

/** A fresh order of a user, confirmed; gives its id. */
export async function freshOrder(world: World, user = 'alice'): Promise<string> {
  const answer = await world.shop.placeOrder(await world.tokenOf(user), randomUUID(), smallOrder);
  hold(answer.status === 201 && answer.body.status === 'confirmed', `${user} could not place an order`, answer);
  return String(answer.body.orderId);
}

/** A fresh order of alice's that was cancelled. */
export async function cancelledOrder(world: World): Promise<string> {
  const orderId = await freshOrder(world);
  const answer = await world.shop.cancelOrder(await world.tokenOf('alice'), orderId);
  hold(answer.status === 200 && answer.body.status === 'cancelled', 'alice could not cancel her order', answer);
  return orderId;
}

const settlementPatienceMs = 30_000;
const pauseMs = 250;

/** Waits until the card network has paid out for an order of alice's; gives the answer that says so. */
export async function whenSettled(world: World, orderId: string): Promise<ShopAnswer> {
  const end = Date.now() + settlementPatienceMs;
  while (true) {
    const answer = await world.shop.getOrder(await world.tokenOf('alice'), orderId);
    if (typeof answer.body.settledAt === 'string') return answer;
    hold(Date.now() < end, 'the order was not settled in time', answer);
    await sleep(pauseMs);
  }
}

const settled = new WeakMap<World, Promise<string>>();

/** An order of alice's that is settled, placed once for all who look at it. */
export function settledOrder(world: World): Promise<string> {
  const known =
    settled.get(world) ??
    freshOrder(world).then(async (orderId) => {
      await whenSettled(world, orderId);
      return orderId;
    });
  settled.set(world, known);
  return known;
}

/** The ids of the orders on a page. */
export function idsOn({ body }: ShopAnswer): string[] {
  return (body.orders as readonly { readonly orderId: string }[]).map(({ orderId }) => orderId);
}

/** How much of an order was given back, in minor units. */
export function refundedOf({ body }: ShopAnswer): number {
  return (body.refunded as Money).minorUnits;
}
