import { BusinessError } from '@zt/kit/errors';
import type { AuthorizePaymentRequest } from '@zt/proto/payment';

/** What is asked for: one amount for one order. */
export interface Authorization {
  readonly paymentId: string;
  readonly orderId: string;
  readonly amountMinorUnits: number;
  readonly currency: 'EUR';
}

/** An amount that is held, or was taken, for one user's order. */
export interface Payment extends Authorization {
  readonly userId: string;
  readonly status: 'authorized' | 'captured';
}

const idPattern = /^[A-Za-z0-9-]{8,64}$/;
const largestAmount = 1e12;

/** Gives the payment's id, or throws `BusinessError` `invalid`. */
export function parsePaymentId(id: string): string {
  if (!idPattern.test(id)) throw new BusinessError('invalid', 'A payment id has 8 to 64 letters, digits and hyphens.');
  return id;
}

/** Gives what is asked for, or throws `BusinessError` `invalid`. */
export function parseAuthorizePayment(request: AuthorizePaymentRequest): Authorization {
  const paymentId = parsePaymentId(request.paymentId);
  const { orderId, amount } = request;
  if (!idPattern.test(orderId))
    throw new BusinessError('invalid', 'An order id has 8 to 64 letters, digits and hyphens.');
  if (amount?.currency !== 'EUR') throw new BusinessError('invalid', 'An amount is in EUR.');
  const { minorUnits } = amount;
  if (!Number.isInteger(minorUnits) || minorUnits < 1 || minorUnits > largestAmount) {
    throw new BusinessError('invalid', 'An amount is 0.01 to 10,000,000,000.00.');
  }
  return { paymentId, orderId, amountMinorUnits: minorUnits, currency: 'EUR' };
}

/** A second authorisation with the same id or order gets the first answer, or `BusinessError` `conflict` where it differs. */
export function repeatAuthorization(first: Payment, userId: string, again: Authorization): Payment {
  if (first.userId !== userId || first.paymentId !== again.paymentId || first.orderId !== again.orderId) {
    throw new BusinessError('conflict', 'The payment id was used for another order.');
  }
  if (first.amountMinorUnits !== again.amountMinorUnits || first.currency !== again.currency) {
    throw new BusinessError('conflict', 'The payment id was used for another amount.');
  }
  return first;
}
