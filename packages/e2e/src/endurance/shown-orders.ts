import { setTimeout as sleep } from 'node:timers/promises';
import type { ShopClient } from '../shop/shop-client.ts';
import type { Told } from './balance.ts';
import type { Customer } from './sell.ts';

const atATime = 8;
const tries = 5;
const pauseMs = 500;

/** Asks the gateway for every order that it confirmed, and gives those that it does not show as confirmed. */
export async function ordersNotShown(
  shop: Pick<ShopClient, 'getOrder'>,
  customers: readonly Customer[],
  told: readonly Told[],
): Promise<string[]> {
  const missing: string[] = [];
  const waiting = told.filter(({ status }) => status === 'confirmed').values();

  async function isShown({ user, orderId }: Told): Promise<boolean> {
    const session = customers.find((customer) => customer.user === user)?.session;
    for (let tried = 0; session !== undefined && tried < tries; tried += 1) {
      const answer = await shop.getOrder(await session.token(), orderId).catch(() => null);
      if (answer?.status === 200) return answer.body.status === 'confirmed';
      if (answer?.status === 404) return false;
      if (answer?.status === 401) session.refused();
      await sleep(pauseMs);
    }
    return false;
  }

  async function look(): Promise<void> {
    for (const each of waiting) if (!(await isShown(each))) missing.push(each.orderId);
  }

  await Promise.all(Array.from({ length: atATime }, look));
  return missing;
}
