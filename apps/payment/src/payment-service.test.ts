import { accessGraph, postgresSetup } from '@zt/access-graph';
import { createTestCallContext, startTestDatabase, type TestDatabase } from '@zt/kit/testing';
import { PaymentStatus } from '@zt/proto/payment';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createPaymentService, paymentResources } from './payment-service.ts';
import { createPaymentStore } from './payment-store.ts';

let database: TestDatabase;
let service: ReturnType<typeof createPaymentService>;
let now = new Date('2026-03-01T12:00:00.000Z');
const alice = createTestCallContext('alice');
const bob = createTestCallContext('bob');
const request = { paymentId: 'payment-0001', orderId: 'order-0001', amount: { currency: 'EUR', minorUnits: 1999 } };
const id = { paymentId: 'payment-0001' };
const authorized = { ...id, status: PaymentStatus.PAYMENT_STATUS_AUTHORIZED };
const captured = { ...id, status: PaymentStatus.PAYMENT_STATUS_CAPTURED };

beforeAll(async () => {
  database = await startTestDatabase({
    name: 'payment',
    migrations: new URL('../migrations/', import.meta.url),
    setup: postgresSetup(accessGraph, 'payment'),
  });
  service = createPaymentService({ store: createPaymentStore(database), now: () => now });
}, 60_000);

beforeEach(async () => {
  await database.asOwner('delete from payments');
});

afterAll(() => database?.close());

test('an amount is held and then taken', async () => {
  await expect(service.authorizePayment(request, alice)).resolves.toEqual(authorized);
  await expect(service.capturePayment(id, alice)).resolves.toEqual(captured);
  await expect(database.query('select user_id, status, amount_minor_units from payments')).resolves.toEqual([
    { user_id: 'alice', status: 'captured', amount_minor_units: '1999' },
  ]);
});

test('twenty parallel authorisations of one payment hold the amount once and give one answer', async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, () => service.authorizePayment(request, alice)));
  for (const answer of answers) expect(answer).toEqual(authorized);
  await expect(database.query('select payment_id from payments')).resolves.toHaveLength(1);
});

test('of parallel authorisations with different amounts one holds and the others are conflicts', async () => {
  const settled = await Promise.allSettled(
    Array.from({ length: 10 }, (_, at) =>
      service.authorizePayment({ ...request, amount: { currency: 'EUR', minorUnits: 100 + at } }, alice),
    ),
  );
  const refused = settled.filter((each) => each.status === 'rejected').map((each) => each.reason);
  expect(refused).toHaveLength(9);
  for (const reason of refused) expect(reason).toMatchObject({ refusal: 'conflict' });
});

test('an order has one payment only', async () => {
  await service.authorizePayment(request, alice);
  const second = service.authorizePayment({ ...request, paymentId: 'payment-0002' }, alice);
  await expect(second).rejects.toMatchObject({ refusal: 'conflict' });
});

test('a repeated authorisation gets the first answer after the amount was taken, and holds nothing again', async () => {
  await service.authorizePayment(request, alice);
  await service.capturePayment(id, alice);
  await expect(service.authorizePayment(request, alice)).resolves.toEqual(authorized);
  await expect(database.query('select status from payments')).resolves.toEqual([{ status: 'captured' }]);
});

test('a repeated capture takes nothing again: the first time stays', async () => {
  await service.authorizePayment(request, alice);
  const first = now;
  await service.capturePayment(id, alice);
  now = new Date(first.getTime() + 60_000);
  await expect(service.capturePayment(id, alice)).resolves.toEqual(captured);
  await expect(database.query('select captured_at from payments')).resolves.toEqual([{ captured_at: first }]);
});

test('nothing is taken that was not held', async () => {
  await expect(service.capturePayment(id, alice)).rejects.toMatchObject({ refusal: 'not_found' });
});

test("somebody else's payment can be neither taken nor authorised again", async () => {
  await service.authorizePayment(request, alice);
  await expect(service.capturePayment(id, bob)).rejects.toMatchObject({ refusal: 'not_found' });
  await expect(service.authorizePayment(request, bob)).rejects.toMatchObject({ refusal: 'conflict' });
  await expect(database.query('select status from payments')).resolves.toEqual([{ status: 'authorized' }]);
});

test('no payment is made on behalf of nobody', async () => {
  await expect(service.authorizePayment(request, createTestCallContext(null))).rejects.toMatchObject({
    reason: 'user_required',
  });
});

test('policy sees the amount and identifiers', () => {
  const seen = { currency: 'EUR', order: 'order-0001', payment: 'payment-0001' };
  expect(paymentResources.authorizePayment?.(request)).toEqual({ amount_minor_units: 1999, ...seen });
  expect(paymentResources.authorizePayment?.({ ...request, amount: undefined })).toMatchObject({
    amount_minor_units: 0,
  });
});
