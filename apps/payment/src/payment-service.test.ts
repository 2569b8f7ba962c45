import { randomUUID } from 'node:crypto';
import { createTestCallContext } from '@zt/kit/testing';
import { PaymentStatus } from '@zt/proto/payment';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { paymentResources } from './payment-service.ts';
import { createPaymentWorld, firstTime, type PaymentWorld } from './testing/payment-world.ts';

let world: PaymentWorld;
let service: PaymentWorld['service'];
const deadline = new Date(Date.now() + 600_000);
const alice = createTestCallContext('alice', { deadline });
const bob = createTestCallContext('bob', { deadline });
const order = createTestCallContext(null, { deadline });
const fiona = createTestCallContext('fiona', { user: { id: 'fiona', roles: ['finance'] }, deadline });
let id: { paymentId: string };
let request: ReturnType<typeof requestOf>;

function requestOf(paymentId: string, minorUnits = 1999) {
  return { paymentId, orderId: paymentId, amount: { currency: 'EUR', minorUnits } };
}

const answered = (name: 'AUTHORIZED' | 'CAPTURED' | 'VOIDED') => ({
  ...id,
  status: PaymentStatus[`PAYMENT_STATUS_${name}`],
});
const refusal = (kind: string) => expect.objectContaining({ refusal: kind });
const refundOf = (minorUnits: number, refundId: string = randomUUID()) => ({
  ...id,
  refundId,
  amount: { currency: 'EUR', minorUnits },
});

beforeAll(async () => {
  world = await createPaymentWorld();
  service = world.service;
}, 60_000);

beforeEach(async () => {
  await world.reset();
  // The network remembers for good: each test pays under ids of its own.
  id = { paymentId: randomUUID() };
  request = requestOf(id.paymentId);
});

afterAll(() => world?.close());

const rows = () => world.database.query<{ status: string }>('select user_id, status from payments');
const books = async () =>
  (await world.cards.admin.listPayments()).find(({ paymentId }) => paymentId === id.paymentId) ?? null;

async function pay(minorUnits = 1999) {
  await service.authorizePayment(requestOf(id.paymentId, minorUnits), alice);
  await service.capturePayment(id, alice);
}

test('an amount is held, taken, and given back in parts', async () => {
  await expect(service.authorizePayment(request, alice)).resolves.toEqual(answered('AUTHORIZED'));
  expect(await books()).toMatchObject({ state: 'held', captures: 0 });
  await expect(service.capturePayment(id, alice)).resolves.toEqual(answered('CAPTURED'));
  const refunded = async (minorUnits: number) => (await service.refundPayment(refundOf(minorUnits), alice)).refunded;
  expect(await refunded(500)).toEqual({ currency: 'EUR', minorUnits: 500 });
  expect(await refunded(499)).toEqual({ currency: 'EUR', minorUnits: 999 });
  expect(await books()).toMatchObject({ captures: 1, capturedMinorUnits: 1999, refundedMinorUnits: 999 });
  expect(await rows()).toEqual([{ user_id: 'alice', status: 'captured' }]);
});

test('twenty parallel authorisations and captures of one payment charge it once and give one answer', async () => {
  const held = await Promise.all(Array.from({ length: 20 }, () => service.authorizePayment(request, alice)));
  expect(held).toEqual(Array(20).fill(answered('AUTHORIZED')));
  const taken = await Promise.all(Array.from({ length: 20 }, () => service.capturePayment(id, alice)));
  expect(taken).toEqual(Array(20).fill(answered('CAPTURED')));
  expect(await books()).toMatchObject({ captures: 1, capturedMinorUnits: 1999 });
});

test('of parallel authorisations with different amounts one holds and the others are conflicts', async () => {
  const settled = await Promise.allSettled(
    Array.from({ length: 10 }, (_, at) => service.authorizePayment(requestOf(id.paymentId, 200 + at), alice)),
  );
  const refused = settled.filter((each) => each.status === 'rejected').map((each) => each.reason);
  expect(refused).toEqual(Array(9).fill(refusal('conflict')));
});

test('an order has one payment only', async () => {
  await service.authorizePayment(request, alice);
  const second = service.authorizePayment({ ...request, paymentId: randomUUID() }, alice);
  await expect(second).rejects.toEqual(refusal('conflict'));
});

test('a repeated authorisation gets the first answer after the amount was taken, and holds nothing again', async () => {
  await pay();
  await expect(service.authorizePayment(request, alice)).resolves.toEqual(answered('AUTHORIZED'));
  expect(await rows()).toMatchObject([{ status: 'captured' }]);
});

test('a repeated capture takes nothing again: the first time stays', async () => {
  await pay();
  world.setNow(new Date(firstTime.getTime() + 60_000));
  await expect(service.capturePayment(id, alice)).resolves.toEqual(answered('CAPTURED'));
  await expect(world.database.query('select captured_at from payments')).resolves.toEqual([{ captured_at: firstTime }]);
});

test('a declined card is not possible, each time, and nothing is taken', async () => {
  const declined = requestOf(id.paymentId, 1913);
  await expect(service.authorizePayment(declined, alice)).rejects.toEqual(refusal('not_possible'));
  await expect(service.authorizePayment(declined, alice)).rejects.toEqual(refusal('not_possible'));
  await expect(service.capturePayment(id, alice)).rejects.toEqual(refusal('not_possible'));
  expect(await books()).toMatchObject({ state: 'declined', captures: 0 });
});

test('nothing is taken that was not held', async () => {
  await expect(service.capturePayment(id, alice)).rejects.toEqual(refusal('not_found'));
});

test('a hold is given up, also by a workload, and cannot be taken then', async () => {
  await service.authorizePayment(request, alice);
  await expect(service.voidPayment(id, order)).resolves.toEqual(answered('VOIDED'));
  await expect(service.voidPayment(id, alice)).resolves.toEqual(answered('VOIDED'));
  await expect(service.capturePayment(id, alice)).rejects.toEqual(refusal('not_possible'));
  expect(await books()).toMatchObject({ state: 'voided', captures: 0 });
});

test('an id that was given up before it was used is never held', async () => {
  await expect(service.voidPayment(id, order)).resolves.toEqual(answered('VOIDED'));
  await expect(service.authorizePayment(request, alice)).rejects.toEqual(refusal('not_possible'));
  expect(await books()).toMatchObject({ state: 'voided' });
});

test('what was taken cannot be given up', async () => {
  await pay();
  await expect(service.voidPayment(id, alice)).rejects.toEqual(refusal('not_possible'));
  expect(await rows()).toMatchObject([{ status: 'captured' }]);
});

test('together refunds are never more than what was taken, also where they come at once', async () => {
  await pay(1000);
  const settled = await Promise.allSettled(
    Array.from({ length: 8 }, () => service.refundPayment(refundOf(300), alice)),
  );
  expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
  expect(settled.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []))).toEqual(
    Array(5).fill(refusal('not_possible')),
  );
  expect(await books()).toMatchObject({ refundedMinorUnits: 900 });
});

test('a repeated refund gets the first answer, and with another amount it is a conflict', async () => {
  await pay();
  const wish = refundOf(500);
  const first = await service.refundPayment(wish, alice);
  await service.refundPayment(refundOf(100), alice);
  await expect(service.refundPayment(wish, alice)).resolves.toEqual(first);
  const other = { ...wish, amount: { currency: 'EUR', minorUnits: 501 } };
  await expect(service.refundPayment(other, alice)).rejects.toEqual(refusal('conflict'));
  expect(await books()).toMatchObject({ refundedMinorUnits: 600 });
});

test('what was not taken is not given back', async () => {
  await service.authorizePayment(request, alice);
  await expect(service.refundPayment(refundOf(100), alice)).rejects.toEqual(refusal('not_possible'));
});

test("somebody else's payment can be neither authorised again, taken, given up nor given back", async () => {
  await service.authorizePayment(request, alice);
  await expect(service.authorizePayment(request, bob)).rejects.toEqual(refusal('conflict'));
  await expect(service.capturePayment(id, bob)).rejects.toEqual(refusal('not_found'));
  await expect(service.voidPayment(id, bob)).rejects.toEqual(refusal('not_found'));
  await expect(service.refundPayment(refundOf(1), bob)).rejects.toEqual(refusal('not_found'));
  expect(await rows()).toMatchObject([{ status: 'authorized' }]);
});

test('finance gives back what others paid, and takes nothing', async () => {
  await pay();
  await expect(service.capturePayment(id, fiona)).rejects.toEqual(refusal('not_found'));
  await expect(service.refundPayment(refundOf(100), fiona)).resolves.toMatchObject({ refunded: { minorUnits: 100 } });
});

test('no payment is made on behalf of nobody, and a workload carries on what a user began', async () => {
  await expect(service.authorizePayment(request, order)).rejects.toMatchObject({ reason: 'user_required' });
  await service.authorizePayment(request, alice);
  await expect(service.capturePayment(id, order)).resolves.toEqual(answered('CAPTURED'));
  await expect(service.refundPayment(refundOf(1), order)).resolves.toMatchObject({ refunded: { minorUnits: 1 } });
});

test('policy sees the amount and identifiers', () => {
  const seen = { currency: 'EUR', order: 'order-0001', payment: 'payment-0001' };
  const asked = { ...requestOf('payment-0001'), orderId: 'order-0001' };
  expect(paymentResources.authorizePayment?.(asked)).toEqual({ amount_minor_units: 1999, ...seen });
  expect(paymentResources.authorizePayment?.({ ...asked, amount: undefined })).toMatchObject({ amount_minor_units: 0 });
  expect(paymentResources.refundPayment?.(refundOf(5, 'refund-01'))).toEqual({
    amount_minor_units: 5,
    currency: 'EUR',
    payment: id.paymentId,
    refund: 'refund-01',
  });
});
