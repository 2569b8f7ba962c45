import type { Order } from './order.ts';

/** Why an order can't be cancelled; undefined where it can, or is. What was begun before a settlement goes on after it. */
export function cancelObjection({ state, settledAt }: Pick<Order, 'state' | 'settledAt'>): string | undefined {
  switch (state.kind) {
    case 'rejecting':
    case 'rejected':
      return 'The order was rejected.';
    case 'pending':
    case 'capturing':
    case 'confirmed':
      return settledAt === null ? undefined : 'The payment is settled: the order can only be refunded.';
    case 'cancelling':
    case 'cancelled':
      return undefined;
  }
}
