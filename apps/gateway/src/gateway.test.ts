import { expect, test } from 'vitest';
import { bearerTokenOf, orderJson, pageJson, stockJson, supportOrderJson } from './gateway.ts';
import { orderJson as expected, order, stock } from './testing/shop-answers.ts';

test.each([
  ['Bearer abc.def-_~+/', 'abc.def-_~+/'],
  ['bearer abc==', 'abc=='],
  ['Basic abc', null],
  ['Bearer', null],
  ['Bearer a b', null],
  ['Bearer abc, Bearer def', null],
  [undefined, null],
])('the header %j carries the token %j', (header, token) => {
  expect(bearerTokenOf(header)).toBe(token);
});

test('an order shows when it was settled and what was given back, and its user to support only', () => {
  const settled = {
    ...order,
    settledAt: new Date('2026-03-02T12:00:00.000Z'),
    refunded: { currency: 'EUR', minorUnits: 5 },
  };
  const shown = { ...expected, settledAt: '2026-03-02T12:00:00.000Z', refunded: { currency: 'EUR', minorUnits: 5 } };
  expect(orderJson(settled)).toEqual(shown);
  expect(supportOrderJson(settled)).toEqual({ ...shown, userId: 'alice' });
});

test.each([
  [1, 'pending'],
  [2, 'confirmed'],
  [3, 'rejected'],
  [4, 'cancelled'],
] as const)('the status %i is called %s', (status, name) => {
  expect(orderJson({ ...order, status }).status).toBe(name);
});

test('the last page has no token for another', () => {
  expect(pageJson({ orders: [order], nextPageToken: 'next' }, orderJson)).toEqual({
    orders: [expected],
    nextPageToken: 'next',
  });
  expect(pageJson({ orders: [], nextPageToken: '' }, orderJson)).toEqual({ orders: [], nextPageToken: null });
});

test.each([
  ['no order', () => orderJson(undefined)],
  ['an order without a status', () => orderJson({ ...order, status: 0 })],
  ['an order without a time', () => orderJson({ ...order, placedAt: undefined })],
  ['an order without a total', () => orderJson({ ...order, total: undefined })],
  ['a price in another currency', () => stockJson({ ...stock, unitPrice: { currency: 'USD', minorUnits: 1 } })],
])('%s is not shown as if it were one', (_, show) => {
  expect(show).toThrow('answered with');
});
