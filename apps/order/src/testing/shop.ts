import { status } from '@grpc/grpc-js';
import type { CallContext } from '@zt/kit/authz';
import { CallError } from '@zt/kit/service';
import type { Step } from '../order-progress.ts';
import type { StepServices } from '../order-steps.ts';
import { createShopBooks, type ShopBooks } from './shop-books.ts';

/**
 * What goes wrong with a call: before it is handled (`down`, `denied`, `unverified`), or with its answer on the way back
 * (`lost`); a call that is `late` got no answer either, and is handled when the test says so.
 */
export type Fault = 'none' | 'down' | 'lost' | 'late' | 'denied' | 'unverified';

/** Inventory and payment in memory, under the rules of the real ones, with calls that can be made to fail. */
export interface Shop extends StepServices, ShopBooks {
  /** Steps in the order in which they arrived here. */
  readonly steps: Step[];
  /** The steps among them that came without a user. */
  readonly inOwnName: Step[];
  /** Calls that are still on their way; each may be refused when it arrives. */
  readonly late: (() => void)[];
  faultOf: (step: Step, context: CallContext) => Fault;
}

const faultCodes = {
  down: status.UNAVAILABLE,
  lost: status.DEADLINE_EXCEEDED,
  late: status.DEADLINE_EXCEEDED,
  denied: status.PERMISSION_DENIED,
  unverified: status.UNAUTHENTICATED,
} as const;

export function createShop(): Shop {
  const { books, inventory, payment } = createShopBooks();
  const steps: Step[] = [];
  const inOwnName: Step[] = [];
  const late: (() => void)[] = [];

  function step<Request, Answer>(name: Step, answer: (request: Request) => Answer) {
    return async (request: Request, context: CallContext): Promise<Answer> => {
      const fault = shop.faultOf(name, context);
      await new Promise((resolve) => setImmediate(resolve));
      if (fault === 'late') late.push(() => answer(request));
      if (fault !== 'none' && fault !== 'lost') throw new CallError(name, faultCodes[fault], 'secret cause');
      steps.push(name);
      if (context.user === null) inOwnName.push(name);
      const given = answer(request);
      if (fault === 'lost') throw new CallError(name, faultCodes.lost, 'secret cause');
      return given;
    };
  }

  const shop: Shop = Object.assign(books, {
    steps,
    inOwnName,
    late,
    faultOf: (): Fault => 'none',
    inventory: {
      getStock: () => Promise.reject(new Error('an order does not ask for the stock')),
      reserveStock: step('reserve', inventory.reserve),
      commitReservation: step('commit', inventory.commit),
      releaseReservation: step('release', inventory.release),
    },
    payment: {
      authorizePayment: step('authorize', payment.authorize),
      capturePayment: step('capture', payment.capture),
      voidPayment: step('void', payment.void),
      refundPayment: step('refund', payment.refund),
    },
  });
  return shop;
}
