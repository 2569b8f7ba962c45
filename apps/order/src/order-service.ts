import { randomUUID } from 'node:crypto';
import { requireUser } from '@zt/kit/authz';
import { BusinessError } from '@zt/kit/errors';
import type { Implementation, Resources } from '@zt/kit/service';
import { type Order as OrderMessage, type OrderServiceService, OrderStatus } from '@zt/proto/order';
import { assertSameBody, type Order, parseOrderId, parsePlaceOrder } from './order.ts';
import { type OrderFulfilment, refusedFurtherOn } from './order-fulfilment.ts';
import { notAllowed, type OrderState } from './order-progress.ts';
import type { OrderStore } from './order-store.ts';

/** Answers order.v1.OrderService. An order belongs to the user who placed it; to others it does not exist. */
export function createOrderService(options: {
  readonly store: OrderStore;
  readonly fulfilment: OrderFulfilment;
  readonly now: () => Date;
}): Implementation<typeof OrderServiceService> {
  const { store, fulfilment, now } = options;
  return {
    placeOrder: async (request, context) => {
      const wish = parsePlaceOrder(request);
      const userId = requireUser(context).id;
      const first = await store.add({ ...wish, id: randomUUID(), userId, placedAt: now(), state: { kind: 'pending' } });
      assertSameBody(first, wish);
      const order = await fulfilment.finish(first, context);
      // The first answer was a denial, and so is each later one.
      if (order.state.kind === 'rejected' && order.state.because === notAllowed) throw refusedFurtherOn();
      return { order: messageOf(order) };
    },
    getOrder: async (request, context) => {
      const order = await store.find(parseOrderId(request.orderId), requireUser(context).id);
      if (order === null) throw new BusinessError('not_found', 'There is no such order.');
      return { order: messageOf(order) };
    },
  };
}

/** What policy sees of a request. */
export const orderResources: Resources<typeof OrderServiceService> = {
  placeOrder: (request) => ({
    amount_minor_units: request.total?.minorUnits ?? 0,
    currency: request.total?.currency ?? '',
  }),
  getOrder: (request) => ({ order: request.orderId }),
};

function messageOf(order: Order): OrderMessage {
  return {
    orderId: order.id,
    userId: order.userId,
    status: statusOf(order.state),
    lines: order.lines.map(({ sku, quantity }) => ({ sku, quantity })),
    total: { currency: 'EUR', minorUnits: order.totalMinorUnits },
    placedAt: order.placedAt,
    rejectedBecause: order.state.kind === 'rejected' ? order.state.because : '',
  };
}

function statusOf(state: OrderState): OrderStatus {
  switch (state.kind) {
    case 'pending':
    case 'capturing':
    case 'rejecting':
      return OrderStatus.ORDER_STATUS_PENDING;
    case 'confirmed':
      return OrderStatus.ORDER_STATUS_CONFIRMED;
    case 'rejected':
      return OrderStatus.ORDER_STATUS_REJECTED;
  }
}
