import { expect, test } from 'vitest';
import type { OrderRequest, ShopAnswer, ShopClient } from './shop-client.ts';
import { letOrdersFlow, type TrafficCount } from './traffic.ts';

const order: OrderRequest = {
  lines: [{ sku: 'tea-assam-100g', quantity: 1 }],
  total: { currency: 'EUR', minorUnits: 750 },
};
const confirmed: ShopAnswer = { status: 201, body: { status: 'confirmed' }, traceId: '', decisionId: '' };

/** A shop that gives its answers in turn, and ends the traffic with the last of them. */
function fakeShop(answers: readonly (ShopAnswer | Error)[]) {
  const over = new AbortController();
  const keys: string[] = [];
  const shop = {
    async placeOrder(_token: string | null, key: string): Promise<ShopAnswer> {
      const answer = answers[keys.length] ?? confirmed;
      keys.push(key);
      if (keys.length >= answers.length) over.abort();
      await new Promise(setImmediate);
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
  return { keys, signal: over.signal, shop: shop as unknown as ShopClient };
}

const token = async (): Promise<string> => 'token';

test('Orders are placed until the signal, each with a key of its own, and those under way are finished', async () => {
  const { keys, ...shop } = fakeShop([confirmed, confirmed, confirmed, confirmed]);
  const count = await letOrdersFlow({ ...shop, token, order, workers: 3 });
  expect(count).toEqual({ placed: keys.length, failed: 0, failures: [] });
  expect(keys.length).toBeGreaterThanOrEqual(4);
  expect(new Set(keys).size).toBe(keys.length);
});

test('What is not confirmed has failed, and so has what got no answer', async () => {
  const rejected = { ...confirmed, body: { status: 'rejected' } };
  const { keys: _keys, ...shop } = fakeShop([
    confirmed,
    rejected,
    { ...confirmed, status: 503 },
    new Error('no connection'),
  ]);
  const count = await letOrdersFlow({ ...shop, token, order, workers: 1 });
  expect([count.placed, count.failed]).toEqual([1, 3]);
  expect(count.failures).toEqual(['201 {"status":"rejected"}', '503 {"status":"confirmed"}', 'no connection']);
});

test('A token that cannot be had is a failed order', async () => {
  const over = new AbortController();
  const { shop } = fakeShop([confirmed]);
  const count = await letOrdersFlow({
    shop,
    token: async () => {
      over.abort();
      throw new Error('the provider does not answer');
    },
    order,
    workers: 1,
    signal: over.signal,
  });
  expect(count).toEqual({ placed: 0, failed: 1, failures: ['the provider does not answer'] });
});

test('The count is told after each order', async () => {
  const { keys: _keys, ...shop } = fakeShop([confirmed, confirmed, confirmed]);
  const counts: TrafficCount[] = [];
  await letOrdersFlow({ ...shop, token, order, workers: 1, onCount: (count) => counts.push(count) });
  expect(counts.map(({ placed }) => placed)).toEqual([1, 2, 3]);
});
