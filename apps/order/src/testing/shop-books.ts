import { status } from '@grpc/grpc-js';
import { CallError } from '@zt/kit/service';
import type { ReserveStockRequest } from '@zt/proto/inventory';
import { type AuthorizePaymentRequest, PaymentStatus, type RefundPaymentRequest } from '@zt/proto/payment';

/** What the shop has, and what became of each order's goods and money. */
export interface ShopBooks {
  available: number;
  unitPriceMinorUnits: number;
  readonly reservations: Map<string, Reservation>;
  readonly payments: Map<string, Payment>;
}

export type Reservation = 'reserved' | 'committed' | 'released' | 'expired';

export interface Payment {
  readonly status: 'authorized' | 'captured' | 'voided';
  readonly amount: number;
  /** By refund id. */
  readonly refunds: ReadonlyMap<string, number>;
}

/** What was really paid for an order: taken, less what was given back. */
export function paidFor({ payments }: ShopBooks, orderId: string): number {
  const payment = payments.get(orderId);
  if (payment?.status !== 'captured') return 0;
  return payment.amount - sumOf(payment);
}

export function createShopBooks() {
  const quantities = new Map<string, number>();
  const books: ShopBooks = { available: 1000, unitPriceMinorUnits: 750, reservations: new Map(), payments: new Map() };
  const { reservations, payments } = books;

  function take(id: string, quantity: number, next: Reservation): void {
    if (books.available < quantity) throw refused('There is not enough of tea-assam-100g in stock.');
    books.available -= quantity;
    quantities.set(id, quantity);
    reservations.set(id, next);
  }

  const inventory = {
    reserve: ({ reservationId: id, lines }: ReserveStockRequest) => {
      const quantity = lines.reduce((sum, line) => sum + line.quantity, 0);
      const state = reservations.get(id);
      if (state === 'released') throw refused('The reservation was released.');
      if (state === undefined || state === 'expired') take(id, quantity, 'reserved');
      const total = { currency: 'EUR', minorUnits: quantity * books.unitPriceMinorUnits };
      return { reservationId: id, total, expiresAt: undefined };
    },
    commit: ({ reservationId: id }: { reservationId: string }) => {
      const state = reservations.get(id);
      if (state === undefined || state === 'released') throw refused('The reservation was released.');
      if (state === 'expired') take(id, quantities.get(id) ?? 0, 'committed');
      reservations.set(id, 'committed');
      return {};
    },
    release: ({ reservationId: id }: { reservationId: string }) => {
      const state = reservations.get(id);
      if (state === 'reserved' || state === 'committed') books.available += quantities.get(id) ?? 0;
      reservations.set(id, 'released');
      return {};
    },
  };

  const payment = {
    authorize: ({ paymentId, amount }: AuthorizePaymentRequest) => {
      const first = payments.get(paymentId);
      if (first?.status === 'voided') throw refused('The payment was voided.');
      const opened: Payment = { status: 'authorized', amount: amount?.minorUnits ?? 0, refunds: new Map() };
      if (first === undefined) payments.set(paymentId, opened);
      return { paymentId, status: PaymentStatus.PAYMENT_STATUS_AUTHORIZED };
    },
    capture: ({ paymentId }: { paymentId: string }) => {
      const first = payments.get(paymentId);
      if (first === undefined) throw new CallError('capture', status.NOT_FOUND, 'There is no such payment.');
      if (first.status === 'voided') throw refused('The payment was voided.');
      payments.set(paymentId, { ...first, status: 'captured' });
      return { paymentId, status: PaymentStatus.PAYMENT_STATUS_CAPTURED };
    },
    void: ({ paymentId }: { paymentId: string }) => {
      const first = payments.get(paymentId) ?? { amount: 0, refunds: new Map() };
      if ('status' in first && first.status === 'captured') throw refused('The payment was taken.');
      payments.set(paymentId, { ...first, status: 'voided' });
      return { paymentId, status: PaymentStatus.PAYMENT_STATUS_VOIDED };
    },
    refund: ({ paymentId, refundId, amount }: RefundPaymentRequest) => {
      const first = payments.get(paymentId);
      if (first?.status !== 'captured') throw refused('Nothing was taken.');
      const refunds = new Map(first.refunds).set(refundId, amount?.minorUnits ?? 0);
      const after = { ...first, refunds };
      if (sumOf(after) > first.amount) throw refused('That is more than was taken.');
      payments.set(paymentId, after);
      return { paymentId, refunded: { currency: 'EUR', minorUnits: sumOf(after) } };
    },
  };

  return { books, inventory, payment };
}

function sumOf({ refunds }: Payment): number {
  return [...refunds.values()].reduce((sum, each) => sum + each, 0);
}

function refused(details: string): CallError {
  return new CallError('call', status.FAILED_PRECONDITION, details);
}
