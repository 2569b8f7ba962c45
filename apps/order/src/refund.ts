import { BusinessError } from '@zt/kit/errors';
import type { RefundOrderRequest } from '@zt/proto/order';
import { euros, type Order, parseAmount, parseIdempotencyKey, parseOrderId } from './order.ts';

/** What somebody asks to be given back. */
export interface RefundWish {
  readonly orderId: string;
  /** Chosen by the client: the same key is the same refund of that order. */
  readonly idempotencyKey: string;
  readonly amountMinorUnits: number;
}

export interface Refund {
  readonly id: string;
  readonly amountMinorUnits: number;
  /** Null for the rest that goes back when the order itself is undone: that has to come through, however often it takes. */
  readonly idempotencyKey: string | null;
  readonly state: RefundState;
}

export type RefundState =
  | { readonly kind: 'requested' }
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly because: string };

/** Gives what is asked for, or throws `BusinessError` `invalid`. */
export function parseRefundOrder(request: RefundOrderRequest): RefundWish {
  return {
    orderId: parseOrderId(request.orderId),
    idempotencyKey: parseIdempotencyKey(request.idempotencyKey),
    amountMinorUnits: parseAmount(request.amount),
  };
}

/** Throws `BusinessError` `conflict` where the key of a refund comes with another amount. */
export function assertSameRefund(first: Pick<Refund, 'amountMinorUnits'>, again: RefundWish): void {
  if (first.amountMinorUnits !== again.amountMinorUnits) {
    throw new BusinessError('conflict', 'The idempotency key was used for another amount.');
  }
}

/** Why money can't go back; undefined where it can. `promised` is what was given back or is about to be. */
export function refundObjection(
  order: Pick<Order, 'state' | 'totalMinorUnits'>,
  promisedMinorUnits: number,
  amountMinorUnits: number,
): string | undefined {
  if (order.state.kind !== 'confirmed') return 'Only a confirmed order can be refunded.';
  const left = order.totalMinorUnits - promisedMinorUnits;
  return amountMinorUnits <= left ? undefined : `No more than ${euros(left)} can be given back.`;
}
