import { randomUUID } from 'node:crypto';
import type { Fault } from '@zt/card-network/testing';
import { createTestCallContext } from '@zt/kit/testing';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { createOutstanding } from './outstanding.ts';
import { createPaymentWorld, type PaymentWorld } from './testing/payment-world.ts';

let world: PaymentWorld;
let id: { paymentId: string };
const unavailable = expect.objectContaining({ refusal: 'unavailable' });
const alice = () => createTestCallContext('alice');
const request = () => ({ ...id, orderId: id.paymentId, amount: { currency: 'EUR', minorUnits: 1999 } });
const authorize = () => world.service.authorizePayment(request(), alice());
const refund = (refundId: string) =>
  world.service.refundPayment({ ...id, refundId, amount: { currency: 'EUR', minorUnits: 700 } }, alice());

beforeAll(async () => {
  world = await createPaymentWorld();
}, 60_000);

beforeEach(async () => {
  await world.reset();
  id = { paymentId: randomUUID() };
});

afterAll(() => world?.close());

const books = async () => (await world.cards.admin.listPayments()).find(({ paymentId }) => paymentId === id.paymentId);
const status = async () => (await world.payments.find(id.paymentId))?.status;

const faults: readonly Fault[] = [
  { kind: 'slow', ms: 2_000 },
  { kind: 'error' },
  { kind: 'wrong body' },
  { kind: 'lost answer' },
  { kind: 'hang' },
];

test.each(faults)(
  'with the fault $kind a hold, a capture and a refund are unavailable, and each is done once in the end',
  async (fault) => {
    const refundId = randomUUID();
    for (const step of [authorize, () => world.service.capturePayment(id, alice()), () => refund(refundId)]) {
      await world.cards.admin.setFault(fault);
      await expect(step()).rejects.toEqual(unavailable);
      await world.cards.admin.setFault({ kind: 'none' });
      await step();
    }
    expect(await books()).toMatchObject({ captures: 1, capturedMinorUnits: 1999, refundedMinorUnits: 700 });
  },
  20_000,
);

test('one lost answer is nothing that a caller hears of', async () => {
  await world.cards.admin.setFault({ kind: 'lost answer', times: 1 });
  await expect(authorize()).resolves.toMatchObject(id);
  expect(await books()).toMatchObject({ state: 'held' });
});

test('a network that is gone is unavailable within the deadline', async () => {
  await world.cards.stop();
  const asked = authorize();
  await expect(asked).rejects.toEqual(unavailable);
  await world.cards.restart();
  await expect(authorize()).resolves.toMatchObject(id);
});

test('what nobody asks for again is settled in the background, by one copy or several', async () => {
  await authorize();
  await world.cards.admin.setFault({ kind: 'lost answer' });
  await expect(world.service.capturePayment(id, alice())).rejects.toEqual(unavailable);
  expect(await status()).toBe('capturing');
  await world.cards.admin.setFault({ kind: 'none' });
  await world.database.asOwner('update payments set due_at = now()');
  const copies = [1, 2].map(() => startOutstanding(() => Promise.reject(new Error('nothing is settled'))));
  await vi.waitFor(async () => expect(await status()).toBe('captured'), { timeout: 5_000 });
  await Promise.all(copies.map((copy) => copy.close()));
  expect(await books()).toMatchObject({ captures: 1 });
});

test('a hold that nobody waits for is looked up in the background, and not made', async () => {
  await world.cards.admin.setFault({ kind: 'lost answer' });
  await expect(authorize()).rejects.toEqual(unavailable);
  const made = id;
  id = { paymentId: randomUUID() };
  await world.cards.admin.setFault({ kind: 'error' });
  await expect(authorize()).rejects.toEqual(unavailable);
  await world.cards.admin.setFault({ kind: 'none' });
  await world.database.asOwner('update payments set due_at = now()');
  const outstanding = startOutstanding(() => Promise.reject(new Error('nothing is settled')));
  await vi.waitFor(async () => expect((await world.payments.find(made.paymentId))?.status).toBe('authorized'));
  await outstanding.close();
  expect([await status(), await books()]).toEqual(['authorizing', undefined]);
});

test('a refund whose answer was lost is settled in the background', async () => {
  await authorize();
  await world.service.capturePayment(id, alice());
  await world.cards.admin.setFault({ kind: 'error' });
  const refundId = randomUUID();
  await expect(refund(refundId)).rejects.toEqual(unavailable);
  await world.cards.admin.setFault({ kind: 'none' });
  await world.database.asOwner('update refunds set due_at = now()');
  const outstanding = startOutstanding(() => Promise.reject(new Error('nothing is settled')));
  await vi.waitFor(async () => expect(await books()).toMatchObject({ refundedMinorUnits: 700 }), { timeout: 5_000 });
  await outstanding.close();
  await expect(refund(refundId)).resolves.toMatchObject({ refunded: { minorUnits: 700 } });
  expect(await books()).toMatchObject({ refundedMinorUnits: 700 });
});

test('a hold whose answer was lost can be given up, and is never taken', async () => {
  await world.cards.admin.setFault({ kind: 'lost answer' });
  await expect(authorize()).rejects.toEqual(unavailable);
  await world.cards.admin.setFault({ kind: 'none' });
  await world.service.voidPayment(id, createTestCallContext(null));
  await expect(authorize()).rejects.toMatchObject({ refusal: 'not_possible' });
  expect(await books()).toMatchObject({ state: 'voided', captures: 0 });
});

test('a new API key is taken where the network no longer accepts the one in hand, and nobody hears of it', async () => {
  const { key } = await world.cards.admin.issueKey();
  world.vault.inHand = { value: 'cnk_revoked', version: 1 };
  world.vault.key = { value: key, version: 2 };
  await expect(authorize()).resolves.toMatchObject(id);
  expect(world.vault.inHand.version).toBe(2);
});

test('an API key that the network does not know is a control that refuses, and is in no error', async () => {
  world.vault.key = { value: 'cnk_secret-wrong', version: 3 };
  world.vault.inHand = world.vault.key;
  const error = await authorize().catch((caught: unknown) => caught);
  expect(error).toMatchObject({ reason: 'api_key_unavailable', message: expect.stringContaining('version 3') });
  const { inspect } = await import('node:util');
  expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('cnk_secret-wrong');
  // It rests, and is asked with the next version at once.
  await expect(authorize()).rejects.toMatchObject({ reason: 'api_key_unavailable' });
  world.vault.inHand = { value: world.cards.apiKey, version: 4 };
  expect(await books()).toBeUndefined();
  await expect(authorize()).resolves.toMatchObject(id);
});

function startOutstanding(recordSettlement: () => Promise<never>) {
  return createOutstanding({
    ...world,
    downstream: { order: { recordSettlement } },
    createOwnContext: () => createTestCallContext(null),
    log: { warn: () => {} },
  });
}
