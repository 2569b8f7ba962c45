import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { smallOrder } from '../attempts/world.ts';
import type { Session } from '../endurance/session.ts';
import type { ShopClient } from '../shop/shop-client.ts';

/** How people fared who used the shop meanwhile. */
export interface Fared {
  readonly calls: number;
  readonly succeeded: number;
  readonly slowestMs: number;
}

const lines = 4;
const pauseMs = 50;

/** Places orders and lists them until the signal aborts, each line one call after the other. */
export async function makeLegitimateCalls(shop: ShopClient, session: Session, signal: AbortSignal): Promise<Fared> {
  let [calls, succeeded, slowestMs] = [0, 0, 0];

  async function call(number: number): Promise<void> {
    const token = await session.token();
    const begunMs = performance.now();
    const answering = number % 2 === 0 ? shop.placeOrder(token, randomUUID(), smallOrder) : shop.listOrders(token);
    const status = await answering.then((answer) => answer.status).catch(() => 0);
    calls += 1;
    if (status === 200 || status === 201) succeeded += 1;
    slowestMs = Math.max(slowestMs, performance.now() - begunMs);
  }

  async function line(): Promise<void> {
    for (let number = 0; !signal.aborted; number += 1) {
      await call(number);
      await sleep(pauseMs);
    }
  }

  await Promise.all(Array.from({ length: lines }, line));
  return { calls, succeeded, slowestMs };
}
