import { expect, test } from 'vitest';
import type { Payment } from './payment.ts';
import type { PaymentStatus } from './payment-progress.ts';
import { afterAnswer, openInstruction } from './payment-progress.ts';

const amount = { currency: 'EUR', minorUnits: 1999 } as const;
const payment = (status: PaymentStatus): Payment => ({
  kind: 'payment',
  paymentId: 'payment-0001',
  orderId: 'order-0001',
  userId: 'alice',
  amount,
  status,
});
const done = { kind: 'done' } as const;
const refused = (why: string) => ({ kind: 'refused', why }) as const;

test.each<[PaymentStatus, string | undefined]>([
  ['authorizing', 'hold'],
  ['capturing', 'capture'],
  ['voiding', 'void'],
  ['authorized', undefined],
  ['declined', undefined],
  ['captured', undefined],
  ['voided', undefined],
])('of a payment that is %s the network is asked to %s', (status, kind) => {
  expect(openInstruction(payment(status))?.kind).toBe(kind);
});

test.each<[PaymentStatus, ReturnType<typeof refused> | typeof done, PaymentStatus | null]>([
  ['authorizing', done, 'authorized'],
  ['authorizing', refused('declined'), 'declined'],
  ['authorizing', refused('voided'), null],
  ['capturing', done, 'captured'],
  ['capturing', refused('not_held'), 'declined'],
  ['capturing', refused('voided'), 'declined'],
  ['capturing', refused('idempotency_key_reused'), null],
  ['voiding', done, 'voided'],
  ['voiding', refused('captured'), null],
  ['captured', done, null],
])('%s after %o is %s', (status, answer, next) => {
  expect(afterAnswer(status, answer)).toBe(next);
});
