import { type Reason, ZeroTrustError } from '@zt/kit/errors';
import { createTestCallContext } from '@zt/kit/testing';
import { expect, test } from 'vitest';
import type { Order } from './order.ts';
import { takeStep } from './order-steps.ts';
import { createShop } from './testing/shop.ts';

const order: Order = {
  id: '3f0c1b52-0000-4000-8000-000000000001',
  userId: 'alice',
  idempotencyKey: 'key-00001',
  lines: [{ sku: 'tea-assam-100g', quantity: 1 }],
  totalMinorUnits: 750,
  placedAt: new Date(),
  traceId: '0af7651916cd43dd8448eb211c80319c',
  state: { kind: 'pending' },
  settledAt: null,
  refundedMinorUnits: 0,
};

test.each<[Reason, string]>([
  ['token_not_exchanged', 'unverified'],
  ['exchange_not_allowed', 'denied'],
  ['token_exchange_unavailable', 'unanswered'],
])('a call that did not leave because of %s is %s', async (reason, outcome) => {
  const shop = createShop();
  const inventory = { ...shop.inventory, reserveStock: () => Promise.reject(new ZeroTrustError(reason, 'no token')) };
  const context = createTestCallContext('alice');
  expect(await takeStep({ ...shop, inventory }, 'reserve', order, context)).toEqual({ kind: outcome });
});

test('a fault of the service itself is no outcome of a step', async () => {
  const shop = createShop();
  const inventory = { ...shop.inventory, reserveStock: () => Promise.reject(new TypeError('a fault')) };
  await expect(takeStep({ ...shop, inventory }, 'reserve', order, createTestCallContext('alice'))).rejects.toThrow(
    'a fault',
  );
});
