import type { User } from '@zt/kit/authz';
import { BusinessError } from '@zt/kit/errors';
import type { Money } from '@zt/proto/money';
import type { AuthorizePaymentRequest } from '@zt/proto/payment';
import type { PaymentStatus } from './payment-progress.ts';

/** In cents of the euro. */
export interface Amount {
  readonly currency: 'EUR';
  readonly minorUnits: number;
}

/** What is asked for: one amount for one order. */
export interface Authorization {
  readonly paymentId: string;
  readonly orderId: string;
  readonly amount: Amount;
}

/** An amount for one user's order. */
export interface Payment extends Authorization {
  readonly kind: 'payment';
  readonly userId: string;
  readonly status: PaymentStatus;
}

/** An id that was given up before it was used for anything: nothing can be held under it any more. */
export interface GivenUp {
  readonly kind: 'given up';
  readonly paymentId: string;
  /** Null where no user gave it up. */
  readonly userId: string | null;
  readonly status: 'voiding' | 'voided';
}

const idPattern = /^[A-Za-z0-9-]{8,64}$/;
const largestAmount = 1e12;

/** Gives the payment's id, or throws `BusinessError` `invalid`. */
export function parsePaymentId(id: string): string {
  if (!idPattern.test(id)) throw new BusinessError('invalid', 'A payment id has 8 to 64 letters, digits and hyphens.');
  return id;
}

/** Gives the amount, or throws `BusinessError` `invalid`. */
export function parseAmount(amount: Money | undefined): Amount {
  if (amount?.currency !== 'EUR') throw new BusinessError('invalid', 'An amount is in EUR.');
  const { minorUnits } = amount;
  if (!Number.isInteger(minorUnits) || minorUnits < 1 || minorUnits > largestAmount) {
    throw new BusinessError('invalid', 'An amount is 0.01 to 10,000,000,000.00.');
  }
  return { currency: 'EUR', minorUnits };
}

/** Gives what is asked for, or throws `BusinessError` `invalid`. */
export function parseAuthorizePayment(request: AuthorizePaymentRequest): Authorization {
  const paymentId = parsePaymentId(request.paymentId);
  const { orderId } = request;
  if (!idPattern.test(orderId))
    throw new BusinessError('invalid', 'An order id has 8 to 64 letters, digits and hyphens.');
  return { paymentId, orderId, amount: parseAmount(request.amount) };
}

/** A second authorisation with the same id or order gets the first answer, or `BusinessError` `conflict` where it differs. */
export function repeatAuthorization(first: Payment | GivenUp, userId: string, again: Authorization): Payment {
  if (first.kind === 'given up') throw new BusinessError('not_possible', 'The payment was given up.');
  if (first.userId !== userId || first.paymentId !== again.paymentId || first.orderId !== again.orderId) {
    throw new BusinessError('conflict', 'The payment id was used for another order.');
  }
  if (first.amount.minorUnits !== again.amount.minorUnits || first.amount.currency !== again.amount.currency) {
    throw new BusinessError('conflict', 'The payment id was used for another amount.');
  }
  return first;
}

/** A payment belongs to the user it was authorised for. A workload that comes for nobody carries on what users began. */
export function belongsTo(payment: Payment | GivenUp, user: User | null): boolean {
  return user === null || payment.userId === null || payment.userId === user.id;
}
