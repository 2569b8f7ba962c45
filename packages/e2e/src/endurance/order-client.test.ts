import { expect, test } from 'vitest';
import type { ShopAnswer, ShopClient } from '../shop/shop-client.ts';
import { placeOrder } from './order-client.ts';
import { wares } from './wares.ts';

const answer = (status: number, body: Readonly<Record<string, unknown>>): ShopAnswer => ({
  status,
  body,
  traceId: '',
  decisionId: '',
});
const confirmed = answer(201, { orderId: 'o-1', status: 'confirmed' });
const busy = answer(503, { detail: 'Come again.' });
const hungUp = Object.assign(new Error('read'), { code: 'ECONNRESET' });

/** Gives the answers in turn, and remembers the keys that it was asked with. */
function fakeShop(answers: readonly (ShopAnswer | Error)[]) {
  const keys: string[] = [];
  const refused: number[] = [];
  const shop = {
    async placeOrder(_token: string | null, key: string): Promise<ShopAnswer> {
      const next = answers[keys.length] ?? confirmed;
      keys.push(key);
      if (next instanceof Error) throw next;
      return next;
    },
  } as unknown as ShopClient;
  const session = { token: async () => 'token', refused: () => void refused.push(keys.length) };
  return { keys, refused, client: { shop, session, user: 'alice', patienceMs: 10_000 } };
}
const [order = expect.fail()] = wares;

test('An order without a final answer is sent again with the same key until there is one', async () => {
  const { keys, client } = fakeShop([hungUp, busy, answer(201, { orderId: 'o-1', status: 'pending' }), confirmed]);
  const outcome = await placeOrder(client, order);
  expect(outcome).toMatchObject({
    kind: 'confirmed',
    told: { orderId: 'o-1', user: 'alice', idempotencyKey: keys[0], status: 'confirmed' },
    tries: 4,
    troubles: ['no answer: ECONNRESET', '503 Come again.', '201 pending'],
  });
  expect(new Set(keys).size).toBe(1);
});

test('Without patience one try has to do', async () => {
  const { keys, client } = fakeShop([busy]);
  const outcome = await placeOrder({ ...client, patienceMs: 0 }, order);
  expect(outcome).toMatchObject({ kind: 'failed', tries: 1, troubles: ['503 Come again.'] });
  expect(keys).toHaveLength(1);
});

test('What is refused for good is not sent again', async () => {
  const { keys, client } = fakeShop([answer(422, { detail: 'The price is another.' })]);
  expect(await placeOrder(client, order)).toMatchObject({ kind: 'failed', troubles: ['422 The price is another.'] });
  expect(keys).toHaveLength(1);
});

test('A rejected order is an answer, with why', async () => {
  const { client } = fakeShop([answer(201, { orderId: 'o-1', status: 'rejected', rejectedBecause: 'No stock.' })]);
  expect(await placeOrder(client, order)).toMatchObject({ kind: 'rejected', because: 'No stock.', tries: 1 });
});

test('A token that is not taken is not used again', async () => {
  const { refused, client } = fakeShop([answer(401, {})]);
  expect(await placeOrder(client, order)).toMatchObject({ kind: 'confirmed', tries: 2 });
  expect(refused).toEqual([1]);
});
