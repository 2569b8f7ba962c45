import type { User } from '@zt/kit/authz';
import { BusinessError } from '@zt/kit/errors';
import type { RefundPaymentRequest } from '@zt/proto/payment';
import { type Amount, belongsTo, type GivenUp, type Payment, parseAmount, parsePaymentId } from './payment.ts';

/** Money that goes back to a customer, of one payment. */
export interface RefundWish {
  readonly refundId: string;
  readonly paymentId: string;
  readonly amount: Amount;
}

export interface Refund extends RefundWish {
  readonly state:
    | { readonly kind: 'requested' }
    | { readonly kind: 'refused' }
    /** With all that was given back of the payment by then. */
    | { readonly kind: 'refunded'; readonly totalMinorUnits: number };
}

const idPattern = /^[A-Za-z0-9-]{8,64}$/;
/** Whoever has it gives back anybody's money. */
const refundRole = 'finance';

/** Gives what is asked for, or throws `BusinessError` `invalid`. */
export function parseRefundPayment(request: RefundPaymentRequest): RefundWish {
  const { refundId } = request;
  if (!idPattern.test(refundId)) {
    throw new BusinessError('invalid', 'A refund id has 8 to 64 letters, digits and hyphens.');
  }
  return { refundId, paymentId: parsePaymentId(request.paymentId), amount: parseAmount(request.amount) };
}

/** A repeated refund is the first one. Throws `BusinessError` `conflict` where it differs. */
export function repeatRefund(first: Refund, again: RefundWish): Refund {
  if (first.paymentId !== again.paymentId || first.amount.minorUnits !== again.amount.minorUnits) {
    throw new BusinessError('conflict', 'The refund id was used for another refund.');
  }
  return first;
}

/** Throws `BusinessError` `not_possible` where there is not so much left to give back. */
export function assertRefundable(payment: Payment | GivenUp, alreadyMinorUnits: number, wish: RefundWish): void {
  if (payment.status !== 'captured' || payment.kind !== 'payment') {
    throw new BusinessError('not_possible', 'The payment was not taken.');
  }
  if (alreadyMinorUnits + wish.amount.minorUnits > payment.amount.minorUnits) {
    throw new BusinessError('not_possible', 'More would be given back than was taken.');
  }
}

export function mayRefund(payment: Payment | GivenUp, user: User | null): boolean {
  return belongsTo(payment, user) || user?.roles.includes(refundRole) === true;
}
