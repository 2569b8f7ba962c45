import type { GetStockResponse } from '@zt/proto/inventory';
import type { Money } from '@zt/proto/money';
import { type Order, OrderStatus } from '@zt/proto/order';
import type { z } from 'zod';
import type { order as orderSchema, stock as stockSchema, supportOrder } from './shop-schemas.ts';

type OrderJson = z.input<typeof orderSchema>;

/** The token of an `Authorization` header (RFC 6750, section 2.1); null where there is none. */
export function bearerTokenOf(authorization: string | undefined): string | null {
  return /^Bearer +([A-Za-z0-9\-._~+/]+=*)$/i.exec(authorization ?? '')?.[1] ?? null;
}

/** An order as its user sees it. Throws where the service left out what every order has. */
export function orderJson(order: Order | undefined): OrderJson {
  if (order?.placedAt === undefined) throw new Error('order answered without an order');
  return {
    orderId: order.orderId,
    status: statusJson(order.status),
    lines: order.lines.map(({ sku, quantity }) => ({ sku, quantity })),
    total: moneyJson(order.total),
    placedAt: order.placedAt.toISOString(),
    settledAt: order.settledAt?.toISOString() ?? null,
    refunded: order.refunded === undefined ? { currency: 'EUR', minorUnits: 0 } : moneyJson(order.refunded),
    ...(order.rejectedBecause === '' ? {} : { rejectedBecause: order.rejectedBecause }),
  };
}

/** An order as support sees it: with the user whose it is. */
export function supportOrderJson(order: Order | undefined): z.input<typeof supportOrder> {
  return { ...orderJson(order), userId: order?.userId ?? '' };
}

/** A page of orders. */
export function pageJson<Json>(
  { orders, nextPageToken }: { readonly orders: readonly Order[]; readonly nextPageToken: string },
  jsonOf: (order: Order) => Json,
): { orders: Json[]; nextPageToken: string | null } {
  return { orders: orders.map(jsonOf), nextPageToken: nextPageToken === '' ? null : nextPageToken };
}

/** A product as people's programs see it. */
export function stockJson({ sku, name, available, unitPrice }: GetStockResponse): z.input<typeof stockSchema> {
  return { sku, name, available, unitPrice: moneyJson(unitPrice) };
}

function moneyJson(money: Money | undefined): { currency: 'EUR'; minorUnits: number } {
  if (money?.currency !== 'EUR') throw new Error('a service answered without money in EUR');
  return { currency: money.currency, minorUnits: money.minorUnits };
}

function statusJson(status: OrderStatus): OrderJson['status'] {
  switch (status) {
    case OrderStatus.ORDER_STATUS_PENDING:
      return 'pending';
    case OrderStatus.ORDER_STATUS_CONFIRMED:
      return 'confirmed';
    case OrderStatus.ORDER_STATUS_REJECTED:
      return 'rejected';
    case OrderStatus.ORDER_STATUS_CANCELLED:
      return 'cancelled';
    case OrderStatus.ORDER_STATUS_UNSPECIFIED:
      throw new Error('order answered without a status');
  }
}
