import { randomUUID } from 'node:crypto';
import { requireUser } from '@zt/kit/authz';
import { BusinessError } from '@zt/kit/errors';
import type { Implementation } from '@zt/kit/service';
import type { OrderServiceService } from '@zt/proto/order';
import { assertSameBody, type Order, parseOrderId, parsePlaceOrder } from './order.ts';
import type { OrderFulfilment } from './order-fulfilment.ts';
import { messageOf } from './order-message.ts';
import { parsePage } from './order-page.ts';
import { notAllowed } from './order-progress.ts';
import type { OrderList, OrderStore } from './order-store.ts';
import { refusedFurtherOn } from './order-work.ts';
import { assertSameRefund, parseRefundOrder } from './refund.ts';
import type { RefundStore } from './refund-store.ts';
import { parseRecordSettlement } from './settlement.ts';
import { assertPurpose, parseUserId } from './support.ts';

/**
 * Answers order.v1.OrderService. An order belongs to the user who placed it; to others it does not exist, but for the
 * methods that policy opens to roles.
 */
export function createOrderService(options: {
  readonly store: OrderStore;
  readonly refunds: Pick<RefundStore, 'add'>;
  readonly fulfilment: OrderFulfilment;
  readonly now: () => Date;
}): Implementation<typeof OrderServiceService> {
  const { store, refunds, fulfilment, now } = options;

  async function find(orderId: string, userId: string | null): Promise<Order> {
    const order = await store.find(parseOrderId(orderId), userId);
    if (order === null) throw new BusinessError('not_found', 'There is no such order.');
    return order;
  }

  return {
    placeOrder: async (request, context) => {
      const wish = parsePlaceOrder(request);
      const { traceId } = context;
      const first = await store.add({
        ...newOrder(),
        ...wish,
        userId: requireUser(context).id,
        traceId,
        placedAt: now(),
      });
      assertSameBody(first, wish);
      const order = await fulfilment.finish(first, context);
      // The first answer was a denial, and so is each later one.
      if (order.state.kind === 'rejected' && order.state.because === notAllowed) throw refusedFurtherOn();
      return { order: messageOf(order) };
    },
    getOrder: async (request, context) => {
      return { order: messageOf(await find(request.orderId, requireUser(context).id)) };
    },
    listOrders: async (request, context) => {
      return messagesOf(await store.list(requireUser(context).id, parsePage(request)));
    },
    cancelOrder: async (request, context) => {
      const order = await find(request.orderId, requireUser(context).id);
      return { order: messageOf(await fulfilment.cancel(order, context)) };
    },
    refundOrder: async (request, context) => {
      const wish = parseRefundOrder(request);
      const userId = requireUser(context).id;
      const order = await find(wish.orderId, null);
      const refund = await refunds.add(wish, { id: randomUUID(), userId, at: now() });
      assertSameRefund(refund, wish);
      return { order: messageOf(await fulfilment.refund(order, refund, context)) };
    },
    getAnyOrder: async (request) => {
      assertPurpose(request.purpose);
      return { order: messageOf(await find(request.orderId, null)) };
    },
    listAnyOrders: async (request) => {
      assertPurpose(request.purpose);
      return messagesOf(await store.list(parseUserId(request.userId), parsePage(request)));
    },
    recordSettlement: async (request) => {
      await store.settle(parseRecordSettlement(request));
      return {};
    },
  };
}

function newOrder(): Pick<Order, 'id' | 'state' | 'settledAt' | 'refundedMinorUnits'> {
  return { id: randomUUID(), state: { kind: 'pending' }, settledAt: null, refundedMinorUnits: 0 };
}

function messagesOf({ orders, nextPageToken }: OrderList) {
  return { orders: orders.map(messageOf), nextPageToken };
}
