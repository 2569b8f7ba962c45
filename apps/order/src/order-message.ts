import { type Order as OrderMessage, OrderStatus } from '@zt/proto/order';
import type { Order } from './order.ts';
import type { OrderState } from './order-progress.ts';

/** What is told of an order: where it is on its way, it is pending. */
export function messageOf(order: Order): OrderMessage {
  return {
    orderId: order.id,
    userId: order.userId,
    status: statusOf(order.state),
    lines: order.lines.map(({ sku, quantity }) => ({ sku, quantity })),
    total: { currency: 'EUR', minorUnits: order.totalMinorUnits },
    placedAt: order.placedAt,
    rejectedBecause: order.state.kind === 'rejected' ? order.state.because : '',
    settledAt: order.settledAt ?? undefined,
    refunded: { currency: 'EUR', minorUnits: order.refundedMinorUnits },
  };
}

function statusOf(state: OrderState): OrderStatus {
  switch (state.kind) {
    case 'pending':
    case 'capturing':
    case 'rejecting':
    case 'cancelling':
      return OrderStatus.ORDER_STATUS_PENDING;
    case 'confirmed':
      return OrderStatus.ORDER_STATUS_CONFIRMED;
    case 'rejected':
      return OrderStatus.ORDER_STATUS_REJECTED;
    case 'cancelled':
      return OrderStatus.ORDER_STATUS_CANCELLED;
  }
}
