import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assertSameBody, parseOrderId, parsePlaceOrder, priceObjection } from './order.ts';

const tea = { sku: 'tea-assam-100g', quantity: 2 };
const kettle = { sku: 'kettle-1l', quantity: 1 };
const request = {
  idempotencyKey: 'key-00001',
  lines: [tea, kettle],
  total: { currency: 'EUR', minorUnits: 5490 },
};
const invalid = expect.objectContaining({ refusal: 'invalid' });

test('an order is read with its lines in the order of their sku', () => {
  expect(parsePlaceOrder(request)).toEqual({
    idempotencyKey: 'key-00001',
    lines: [kettle, tea],
    totalMinorUnits: 5490,
  });
});

test.each([
  ['no line', { lines: [] }],
  ['51 lines', { lines: Array.from({ length: 51 }, (_, at) => ({ sku: `tea-${at}`, quantity: 1 })) }],
  ['a quantity of zero', { lines: [{ ...tea, quantity: 0 }] }],
  ['a quantity above 1000', { lines: [{ ...tea, quantity: 1001 }] }],
  ['the same sku twice', { lines: [tea, tea] }],
  ['a sku with a space', { lines: [{ ...tea, sku: 'tea assam' }] }],
  ['a sku of 65 characters', { lines: [{ ...tea, sku: 'a'.repeat(65) }] }],
  ['a key of 7 characters', { idempotencyKey: 'key-001' }],
  ['a key of 65 characters', { idempotencyKey: 'k'.repeat(65) }],
  ['a key with a line break', { idempotencyKey: 'key-0001\nx' }],
  ['no total', { total: undefined }],
  ['another currency', { total: { currency: 'USD', minorUnits: 5490 } }],
  ['a total of zero', { total: { currency: 'EUR', minorUnits: 0 } }],
  ['a total that is too large', { total: { currency: 'EUR', minorUnits: 1e12 + 1 } }],
])('an order with %s is invalid', (_, changes) => {
  expect(() => parsePlaceOrder({ ...request, ...changes })).toThrow(invalid);
});

test.each(['', 'order-1', '00000000-0000-4000-8000-00000000000G', "' or 1=1 --"])('%j is no order id', (id) => {
  expect(() => parseOrderId(id)).toThrow(invalid);
});

const wishes = fc.record({
  lines: fc.uniqueArray(
    fc.record({ sku: fc.stringMatching(/^[a-z0-9]{1,3}$/), quantity: fc.integer({ min: 1, max: 3 }) }),
    { minLength: 1, maxLength: 4, selector: (line) => line.sku },
  ),
  minorUnits: fc.integer({ min: 1, max: 3 }),
});
const read = ({ lines, minorUnits }: { lines: { sku: string; quantity: number }[]; minorUnits: number }) =>
  parsePlaceOrder({ idempotencyKey: 'key-00001', lines, total: { currency: 'EUR', minorUnits } });

test('the order of the lines does not make another body', () => {
  fc.assert(
    fc.property(wishes, (wish) => {
      assertSameBody(read(wish), read({ ...wish, lines: wish.lines.toReversed() }));
    }),
  );
});

test('any other difference makes another body', () => {
  fc.assert(
    fc.property(wishes, wishes, (one, other) => {
      const [first, again] = [read(one), read(other)];
      fc.pre(JSON.stringify(first) !== JSON.stringify(again));
      expect(() => assertSameBody(first, again)).toThrow(expect.objectContaining({ refusal: 'conflict' }));
    }),
  );
});

test('an order is refused exactly where the goods cost anything but what was agreed', () => {
  expect(priceObjection(5490, { currency: 'EUR', minorUnits: 5490 })).toBeUndefined();
  expect(priceObjection(5490, { currency: 'EUR', minorUnits: 5405 })).toBe(
    'The goods cost 54.05 EUR and not 54.90 EUR.',
  );
  expect(priceObjection(5490, { currency: 'USD', minorUnits: 5490 })).toBe('The goods are not sold in EUR.');
  expect(priceObjection(5490, undefined)).toBe('The goods are not sold in EUR.');
});
