import { randomUUID } from 'node:crypto';
import type { World } from '@zt/e2e/attempts';
import type { Money, ShopAnswer } from '@zt/e2e/shop';
import type { OrderRun } from './show-order.ts';

export interface OrderWish {
  readonly user: string;
  readonly sku: string;
  readonly quantity: number;
}

/**
 * Logs the user in, asks for the price, orders at that price, and reads back what was recorded on the way. Where already
 * the question for the price is refused, that is the run. Throws where the shop has no such product.
 */
export async function placeOrder(
  world: Pick<World, 'tokenOf'> & {
    readonly shop: Pick<World['shop'], 'getStock' | 'placeOrder'>;
    readonly ledger: Pick<World['ledger'], 'trace'>;
  },
  wish: OrderWish,
): Promise<OrderRun> {
  const { shop, ledger } = world;
  const token = await world.tokenOf(wish.user);

  async function run(ask: () => Promise<ShopAnswer>, unitPrice: Money | null): Promise<OrderRun> {
    const startedAt = performance.now();
    const answer = await ask();
    const durationMs = performance.now() - startedAt;
    return { ...wish, unitPrice, answer, durationMs, records: await ledger.trace(answer.traceId) };
  }

  const priced = await run(() => shop.getStock(token, wish.sku), null);
  if (priced.answer.status === 404) throw new Error(`the shop has no product ${wish.sku}`);
  const unitPrice = priced.answer.body.unitPrice as Money | undefined;
  if (unitPrice === undefined) return priced;
  const total = { currency: unitPrice.currency, minorUnits: unitPrice.minorUnits * wish.quantity };
  const lines = [{ sku: wish.sku, quantity: wish.quantity }];
  return await run(() => shop.placeOrder(token, randomUUID(), { lines, total }), unitPrice);
}
