import { expect, test } from 'vitest';
import { bearerTokenOf, parsePlaceOrder } from './gateway.ts';

const body = { lines: [{ sku: 'tea-assam-100g', quantity: 2 }], total: { currency: 'EUR', minorUnits: 1500 } };

test('the body and the key together are the request', () => {
  expect(parsePlaceOrder('key-00001', JSON.stringify(body))).toEqual({ idempotencyKey: 'key-00001', ...body });
});

test.each([
  ['no lines', { ...body, lines: [] }, 'lines'],
  ['51 lines', { ...body, lines: Array.from({ length: 51 }, () => body.lines[0]) }, 'lines'],
  ['a quantity as text', { ...body, lines: [{ sku: 'tea', quantity: '2' }] }, 'lines.0.quantity'],
  ['a fraction', { ...body, lines: [{ sku: 'tea', quantity: 1.5 }] }, 'lines.0.quantity'],
  ['an unknown field of a line', { ...body, lines: [{ sku: 'tea', quantity: 1, price: 1 }] }, 'lines.0'],
  ['an unknown field', { ...body, userId: 'bob' }, 'the whole'],
  ['another currency', { ...body, total: { currency: 'USD', minorUnits: 1 } }, 'total.currency'],
  ['a total of zero', { ...body, total: { currency: 'EUR', minorUnits: 0 } }, 'total.minorUnits'],
  ['a total that is too large', { ...body, total: { currency: 'EUR', minorUnits: 1e12 + 1 } }, 'total.minorUnits'],
  ['no total', { lines: body.lines }, 'total'],
  ['no object', null, 'the whole'],
])('a body with %s is invalid, and the sentence says where', (_, wrong, where) => {
  expect(() => parsePlaceOrder('key-00001', JSON.stringify(wrong))).toThrow(
    expect.objectContaining({
      refusal: 'invalid',
      message: `The body is not an order. Wrong, missing or unknown: ${where}.`,
    }),
  );
});

test('what is wrong with a body is told without repeating any of it', () => {
  for (const text of ['secret', '{"secret":1}', '{"lines":"secret","total":"secret"}']) {
    expect(() => parsePlaceOrder('key-00001', text)).toThrow(/^(?!.*secret)/);
  }
});

test.each([undefined, '', 'short', 'k'.repeat(65), 'key with spaces'])('%j is no idempotency key', (key) => {
  expect(() => parsePlaceOrder(key, JSON.stringify(body))).toThrow(/Idempotency-Key/);
});

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
