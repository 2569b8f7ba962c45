import { expect, test } from 'vitest';
import type { ShopAnswer } from '../shop/shop-client.ts';
import type { Told } from './balance.ts';
import { ordersNotShown } from './shown-orders.ts';

const answer = (status: number, orderStatus?: string): ShopAnswer => ({
  status,
  body: { status: orderStatus },
  traceId: '',
  decisionId: '',
});
const told = (orderId: string, status: Told['status'] = 'confirmed'): Told => ({
  idempotencyKey: `key of ${orderId}`,
  user: 'alice',
  orderId,
  status,
});
const customers = [{ user: 'alice', session: { token: async () => 'token', refused: () => {} } }];

/** A gateway with an answer for each order, the last one again and again. */
function fakeShop(answers: Readonly<Record<string, readonly ShopAnswer[]>>) {
  const asked: string[] = [];
  return {
    asked,
    async getOrder(_token: string | null, orderId: string): Promise<ShopAnswer> {
      const before = asked.filter((each) => each === orderId).length;
      asked.push(orderId);
      const own = answers[orderId] ?? [];
      return own[Math.min(before, own.length - 1)] ?? expect.fail(`nobody should ask for ${orderId}`);
    },
  };
}

test('Orders that were confirmed are looked for, and those that are gone or not confirmed are found out', async () => {
  const shop = fakeShop({ there: [answer(200, 'confirmed')], gone: [answer(404)], undone: [answer(200, 'rejected')] });
  const missing = await ordersNotShown(shop, customers, [told('there'), told('gone'), told('undone')]);
  expect(missing.toSorted()).toEqual(['gone', 'undone']);
});

test('A gateway that cannot answer now is asked again', async () => {
  const shop = fakeShop({ there: [answer(503), answer(200, 'confirmed')] });
  expect(await ordersNotShown(shop, customers, [told('there')])).toEqual([]);
  expect(shop.asked).toEqual(['there', 'there']);
});

test('One that never answers has not shown the order', async () => {
  const shop = fakeShop({ there: [answer(503)] });
  expect(await ordersNotShown(shop, customers, [told('there')])).toEqual(['there']);
});

test('Orders that were rejected are not looked for', async () => {
  expect(await ordersNotShown(fakeShop({}), customers, [told('other', 'rejected')])).toEqual([]);
});
