import type { OrderRequest, ShopClient } from '../shop/shop-client.ts';
import { type OrderOutcome, placeOrder } from './order-client.ts';
import type { Session } from './session.ts';

export interface Customer {
  readonly user: string;
  readonly session: Session;
}

export interface SellOptions {
  readonly shop: ShopClient;
  readonly customers: readonly Customer[];
  readonly orders: readonly OrderRequest[];
  readonly concurrency: number;
  readonly patienceMs: number;
  readonly onOutcome: (outcome: OrderOutcome) => void;
  readonly signal: AbortSignal;
}

const failurePauseMs = 250;

/** Lets customers order, so many at a time, each one order after another, until the signal; then finishes those under way. */
export async function sell(options: SellOptions): Promise<void> {
  const { customers, orders, concurrency, patienceMs, onOutcome, signal } = options;
  let next = 0;

  async function orderOn(worker: number): Promise<void> {
    const customer = customers[worker % customers.length];
    if (customer === undefined) throw new TypeError('nobody is there to order');
    while (!signal.aborted) {
      const order = orders[next++ % orders.length];
      if (order === undefined) throw new TypeError('there is nothing to order');
      const outcome = await placeOrder({ shop: options.shop, ...customer, patienceMs }, order);
      onOutcome(outcome);
      // A shop that is down is not asked thousands of times.
      if (outcome.kind === 'failed') await new Promise((resolve) => setTimeout(resolve, failurePauseMs));
    }
  }

  await Promise.all(Array.from({ length: concurrency }, (_, worker) => orderOn(worker)));
}
