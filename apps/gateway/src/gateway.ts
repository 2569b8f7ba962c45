import { BusinessError } from '@zt/kit/errors';
import type { GetStockResponse } from '@zt/proto/inventory';
import type { Money } from '@zt/proto/money';
import { type Order, OrderStatus, type PlaceOrderRequest } from '@zt/proto/order';
import { z } from 'zod';

const placeOrderBody = z.strictObject({
  lines: z
    .array(z.strictObject({ sku: z.string().min(1).max(64), quantity: z.int().min(1).max(1000) }))
    .min(1)
    .max(50),
  total: z.strictObject({ currency: z.literal('EUR'), minorUnits: z.int().min(1).max(1e12) }),
});

/** Reads `POST /v1/orders`, or throws `BusinessError` `invalid`, which names what is wrong and repeats none of it. */
export function parsePlaceOrder(idempotencyKey: string | undefined, body: string): PlaceOrderRequest {
  if (idempotencyKey === undefined || !/^[\x21-\x7e]{8,64}$/.test(idempotencyKey)) {
    throw new BusinessError('invalid', 'The header Idempotency-Key has 8 to 64 visible ASCII characters.');
  }
  const result = placeOrderBody.safeParse(parseJson(body));
  if (result.success) return { idempotencyKey, ...result.data };
  const wrong = new Set(result.error.issues.map((issue) => issue.path.join('.') || 'the whole'));
  throw new BusinessError('invalid', `The body is not an order. Wrong, missing or unknown: ${[...wrong].join(', ')}.`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new BusinessError('invalid', 'The body is not JSON.');
  }
}

/** The token of an `Authorization` header (RFC 6750, section 2.1); null where there is none. */
export function bearerTokenOf(authorization: string | undefined): string | null {
  return /^Bearer +([A-Za-z0-9\-._~+/]+=*)$/i.exec(authorization ?? '')?.[1] ?? null;
}

/** An order as people's programs see it. */
export function orderJson(order: Order) {
  return {
    orderId: order.orderId,
    status: statusJson(order.status),
    lines: order.lines.map(({ sku, quantity }) => ({ sku, quantity })),
    total: moneyJson(order.total),
    placedAt: order.placedAt?.toISOString() ?? null,
    ...(order.rejectedBecause === '' ? {} : { rejectedBecause: order.rejectedBecause }),
  };
}

/** A product as people's programs see it. */
export function stockJson({ sku, name, available, unitPrice }: GetStockResponse) {
  return { sku, name, available, unitPrice: moneyJson(unitPrice) };
}

function moneyJson(money: Money | undefined) {
  return money === undefined ? null : { currency: money.currency, minorUnits: money.minorUnits };
}

function statusJson(status: OrderStatus): 'unknown' | 'pending' | 'confirmed' | 'rejected' {
  switch (status) {
    case OrderStatus.ORDER_STATUS_UNSPECIFIED:
      return 'unknown';
    case OrderStatus.ORDER_STATUS_PENDING:
      return 'pending';
    case OrderStatus.ORDER_STATUS_CONFIRMED:
      return 'confirmed';
    case OrderStatus.ORDER_STATUS_REJECTED:
      return 'rejected';
  }
}
