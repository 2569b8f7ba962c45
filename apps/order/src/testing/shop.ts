import { status } from '@grpc/grpc-js';
import { CallError } from '@zt/kit/service';
import { PaymentStatus } from '@zt/proto/payment';
import type { Downstream } from '../downstream.ts';
import type { Step } from '../order-progress.ts';

/** What goes wrong with a call: before it is handled (`down`, `denied`, `unverified`), or its answer on the way back. */
export type Fault = 'none' | 'down' | 'lost' | 'denied' | 'unverified';

/** Inventory and payment in memory, under the rules of the real ones, with calls that can be made to fail. */
export interface Shop extends Downstream {
  readonly reservations: Map<string, 'reserved' | 'committed' | 'released'>;
  readonly payments: Map<string, { readonly amount: number; readonly captures: number }>;
  /** Steps in the order in which they arrived here. */
  readonly steps: Step[];
  available: number;
  unitPriceMinorUnits: number;
  faultOf: (step: Step) => Fault;
}

const faultCodes = {
  down: status.UNAVAILABLE,
  lost: status.DEADLINE_EXCEEDED,
  denied: status.PERMISSION_DENIED,
  unverified: status.UNAUTHENTICATED,
} as const;

export function createShop(): Shop {
  const reservations: Shop['reservations'] = new Map();
  const quantities = new Map<string, number>();
  const payments: Shop['payments'] = new Map();

  async function call<Answer>(step: Step, work: () => Answer): Promise<Answer> {
    const fault = shop.faultOf(step);
    await new Promise((resolve) => setImmediate(resolve));
    if (fault !== 'none' && fault !== 'lost') throw new CallError(step, faultCodes[fault], 'secret cause');
    shop.steps.push(step);
    const answer = work();
    if (fault === 'lost') throw new CallError(step, faultCodes.lost, 'secret cause');
    return answer;
  }

  const shop: Shop = {
    reservations,
    payments,
    steps: [],
    available: 1000,
    unitPriceMinorUnits: 750,
    faultOf: () => 'none',
    inventory: {
      getStock: () => Promise.reject(new Error('an order does not ask for the stock')),
      reserveStock: ({ reservationId, lines }) =>
        call('reserve', () => {
          const quantity = lines.reduce((sum, line) => sum + line.quantity, 0);
          const total = { currency: 'EUR', minorUnits: quantity * shop.unitPriceMinorUnits };
          const state = reservations.get(reservationId);
          if (state === 'released') throw refused('The reservation was released.');
          if (state === undefined) {
            if (shop.available < quantity) throw refused('There is not enough of tea-assam-100g in stock.');
            shop.available -= quantity;
            reservations.set(reservationId, 'reserved');
            quantities.set(reservationId, quantity);
          }
          return { reservationId, total, expiresAt: undefined };
        }),
      commitReservation: ({ reservationId }) =>
        call('commit', () => {
          const state = reservations.get(reservationId);
          if (state === undefined || state === 'released') throw refused('The reservation was released.');
          reservations.set(reservationId, 'committed');
          return {};
        }),
      releaseReservation: ({ reservationId }) =>
        call('release', () => {
          const state = reservations.get(reservationId);
          if (state === 'committed') throw refused('The reservation was committed.');
          if (state === 'reserved') shop.available += quantities.get(reservationId) ?? 0;
          reservations.set(reservationId, 'released');
          return {};
        }),
    },
    payment: {
      authorizePayment: ({ paymentId, amount }) =>
        call('authorize', () => {
          if (!payments.has(paymentId)) payments.set(paymentId, { amount: amount?.minorUnits ?? 0, captures: 0 });
          return { paymentId, status: PaymentStatus.PAYMENT_STATUS_AUTHORIZED };
        }),
      capturePayment: ({ paymentId }) =>
        call('capture', () => {
          const payment = payments.get(paymentId);
          if (payment === undefined) throw new CallError('capture', status.NOT_FOUND, 'There is no such payment.');
          payments.set(paymentId, { ...payment, captures: 1 });
          return { paymentId, status: PaymentStatus.PAYMENT_STATUS_CAPTURED };
        }),
    },
  };
  return shop;
}

function refused(details: string): CallError {
  return new CallError('call', status.FAILED_PRECONDITION, details);
}
