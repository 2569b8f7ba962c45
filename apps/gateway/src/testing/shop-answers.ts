import type { GetStockResponse } from '@zt/proto/inventory';
import { type Order, OrderStatus } from '@zt/proto/order';

/** What a customer asks for. */
export const newOrder = {
  lines: [{ sku: 'tea-assam-100g', quantity: 2 }],
  total: { currency: 'EUR', minorUnits: 1500 },
};

/** An order as the service answers with it. */
export const order: Order = {
  orderId: '11111111-1111-4111-8111-111111111111',
  userId: 'alice',
  status: OrderStatus.ORDER_STATUS_CONFIRMED,
  ...newOrder,
  placedAt: new Date('2026-03-01T12:00:00.000Z'),
  settledAt: undefined,
  refunded: { currency: 'EUR', minorUnits: 0 },
  rejectedBecause: '',
};

/** The same order as people's programs see it. */
export const orderJson = {
  orderId: order.orderId,
  status: 'confirmed',
  ...newOrder,
  placedAt: '2026-03-01T12:00:00.000Z',
  settledAt: null,
  refunded: { currency: 'EUR', minorUnits: 0 },
};

export const stock: GetStockResponse = {
  sku: 'tea-assam-100g',
  name: 'Tea',
  available: 3,
  unitPrice: { currency: 'EUR', minorUnits: 750 },
};
