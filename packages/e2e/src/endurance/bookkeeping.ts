import type { ShopClient } from '../shop/shop-client.ts';
import type { StackDescription } from '../stack-description.ts';
import { type Fault, findFaults, type Told } from './balance.ts';
import { countOpen, databaseTime, readOrders, readReservations, readStock } from './read-books.ts';
import { readCharges } from './read-charges.ts';
import { type CopyCalls, readCopies } from './read-copies.ts';
import type { Customer } from './sell.ts';
import { untilSettled } from './settle.ts';
import { ordersNotShown } from './shown-orders.ts';

/** What the books say after orders have been placed. */
export interface Balance {
  /** Orders that were confirmed to a client, and how many of them the gateway shows as confirmed. */
  readonly acknowledged: number;
  readonly found: number;
  /** Until nothing was under way any more, in milliseconds; null where that never was. */
  readonly settledAfterMs: number | null;
  readonly faults: readonly Fault[];
  /** Which copy of which service took how many calls, by the ledger. */
  readonly copies: readonly CopyCalls[];
}

/** The books of a stack from one moment on. */
export interface Bookkeeping {
  /** Waits until nothing is under way, asks the gateway for every order, and looks whether all books agree. */
  close(told: readonly Told[]): Promise<Balance>;
}

/** Sagas whose client or service was cut off are carried on by the services themselves. */
const settleMs = 120_000;

export async function openBooks(
  stack: StackDescription,
  shop: Pick<ShopClient, 'getOrder'>,
  customers: readonly Customer[],
): Promise<Bookkeeping> {
  const since = await databaseTime(stack);
  const stockBefore = await readStock(stack);
  const chargesBefore = new Set((await readCharges(stack)).map(({ paymentId }) => paymentId));

  return {
    async close(told) {
      const endedAt = Date.now();
      const open = await untilSettled(() => countOpen(stack, since), settleMs);
      const settledAfterMs = open === 0 ? Date.now() - endedAt : null;
      const notShown = await ordersNotShown(shop, customers, told);
      const charges = await readCharges(stack);
      const faults = findFaults({
        told,
        notShown,
        orders: await readOrders(stack, since),
        reservations: await readReservations(stack, since),
        charges: charges.filter(({ paymentId }) => !chargesBefore.has(paymentId)),
        stockBefore,
        stockAfter: await readStock(stack),
      });
      const acknowledged = told.filter(({ status }) => status === 'confirmed').length;
      return {
        acknowledged,
        found: acknowledged - notShown.length,
        settledAfterMs,
        faults,
        copies: await readCopies(stack, since),
      };
    },
  };
}
