import type { OrderRequest, ShopAnswer, ShopClient } from '@zt/e2e/shop';
import { madeUpRecord } from '@zt/kit/testing';
import { expect, test } from 'vitest';
import { placeOrder } from './place-order.ts';

const answerOf = (status: number, body: ShopAnswer['body'], traceId: string): ShopAnswer => ({
  status,
  body,
  traceId,
  decisionId: 'd',
});

function fakeWorld(stock: ShopAnswer) {
  const orders: { readonly token: string | null; readonly order: OrderRequest }[] = [];
  const shop: Pick<ShopClient, 'getStock' | 'placeOrder'> = {
    getStock: async () => stock,
    async placeOrder(token, _key, order) {
      orders.push({ token, order });
      return answerOf(201, { status: 'confirmed', orderId: 'order-1' }, 'trace of the order');
    },
  };
  const ledger = { trace: async (traceId: string) => [madeUpRecord({ traceId })] };
  return { orders, world: { shop, ledger, tokenOf: async (user: string) => `token of ${user}` } };
}

const wish = { user: 'alice', sku: 'tea-assam-100g', quantity: 3 };

test('An order is placed at three times the price of one, as the user', async () => {
  const { world, orders } = fakeWorld(answerOf(200, { unitPrice: { currency: 'EUR', minorUnits: 750 } }, 'price'));
  const run = await placeOrder(world, wish);
  expect(orders).toEqual([
    {
      token: 'token of alice',
      order: { lines: [{ sku: 'tea-assam-100g', quantity: 3 }], total: { currency: 'EUR', minorUnits: 2250 } },
    },
  ]);
  expect(run.records.map(({ traceId }) => traceId)).toEqual(['trace of the order']);
});

test('Where the price is refused nothing is ordered, and that refusal is the run', async () => {
  const { world, orders } = fakeWorld(answerOf(403, { detail: 'The call is not allowed.' }, 'trace of the price'));
  const run = await placeOrder(world, wish);
  expect(orders).toEqual([]);
  expect([run.unitPrice, run.answer.status, run.records[0]?.traceId]).toEqual([null, 403, 'trace of the price']);
});

test('A product that the shop does not have is named', async () => {
  const { world } = fakeWorld(answerOf(404, {}, ''));
  await expect(placeOrder(world, wish)).rejects.toThrow('the shop has no product tea-assam-100g');
});
