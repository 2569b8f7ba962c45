import { expect, test } from 'vitest';
import { belongsTo, type GivenUp, type Payment, parseAuthorizePayment, repeatAuthorization } from './payment.ts';

const request = {
  paymentId: 'payment-0001',
  orderId: 'order-0001',
  amount: { currency: 'EUR', minorUnits: 1999 },
};
const wanted = parseAuthorizePayment(request);
const first: Payment = { ...wanted, kind: 'payment', userId: 'alice', status: 'authorized' };

test('an authorisation is read', () => {
  expect(wanted).toEqual({
    paymentId: 'payment-0001',
    orderId: 'order-0001',
    amount: { currency: 'EUR', minorUnits: 1999 },
  });
});

test.each([
  ['no amount', { amount: undefined }],
  ['another currency', { amount: { currency: 'USD', minorUnits: 1999 } }],
  ['a lower-case currency', { amount: { currency: 'eur', minorUnits: 1999 } }],
  ['an amount of zero', { amount: { currency: 'EUR', minorUnits: 0 } }],
  ['a negative amount', { amount: { currency: 'EUR', minorUnits: -1 } }],
  ['half a cent', { amount: { currency: 'EUR', minorUnits: 0.5 } }],
  ['an amount that is too large', { amount: { currency: 'EUR', minorUnits: 1e12 + 1 } }],
  ['a short payment id', { paymentId: 'short' }],
  ['a long payment id', { paymentId: 'x'.repeat(65) }],
  ['an order id with a quote', { orderId: "order-'0001" }],
])('an authorisation with %s is invalid', (_, changes) => {
  expect(() => parseAuthorizePayment({ ...request, ...changes })).toThrow(
    expect.objectContaining({ refusal: 'invalid' }),
  );
});

test('the same authorisation again is the first one, also once it is captured', () => {
  expect(repeatAuthorization(first, 'alice', wanted)).toBe(first);
  const captured = { ...first, status: 'captured' } as const;
  expect(repeatAuthorization(captured, 'alice', wanted)).toBe(captured);
});

test.each([
  ['another amount', 'alice', { amount: { currency: 'EUR' as const, minorUnits: 2000 } }],
  ['another order', 'alice', { orderId: 'order-0002' }],
  ['another payment id for the same order', 'alice', { paymentId: 'payment-0002' }],
  ['another user', 'bob', {}],
])('the same authorisation with %s is a conflict', (_, userId, changes) => {
  expect(() => repeatAuthorization(first, userId, { ...wanted, ...changes })).toThrow(
    expect.objectContaining({ refusal: 'conflict' }),
  );
});

test('nothing is held under an id that was given up', () => {
  const givenUp: GivenUp = { kind: 'given up', paymentId: 'payment-0001', userId: null, status: 'voided' };
  expect(() => repeatAuthorization(givenUp, 'alice', wanted)).toThrow(
    expect.objectContaining({ refusal: 'not_possible' }),
  );
});

test("a payment is its user's, and a workload's that comes for nobody", () => {
  expect(belongsTo(first, { id: 'alice', roles: [] })).toBe(true);
  expect(belongsTo(first, { id: 'bob', roles: ['finance'] })).toBe(false);
  expect(belongsTo(first, null)).toBe(true);
});
