import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  commitChange,
  inSkuOrder,
  mustReserveAgain,
  parseReserveStock,
  type Reservation,
  releaseChange,
  totalOf,
} from './inventory.ts';

const tea = { sku: 'tea-assam-100g', quantity: 2 };
const kettle = { sku: 'kettle-1l', quantity: 1 };
const reservation: Reservation = {
  id: 'order-0001',
  userId: 'alice',
  status: 'reserved',
  lines: [kettle, tea],
  totalMinorUnits: 5490,
  expiresAt: new Date(0),
};

test('a reservation is read with its lines in the order of their sku', () => {
  const parsed = parseReserveStock({ reservationId: 'order-0001', lines: [tea, kettle] });
  expect(parsed).toEqual({ id: 'order-0001', lines: [kettle, tea] });
});

test.each([
  ['no line', []],
  ['51 lines', Array.from({ length: 51 }, (_, at) => ({ sku: `tea-${at}`, quantity: 1 }))],
  ['a quantity of zero', [{ ...tea, quantity: 0 }]],
  ['a negative quantity', [{ ...tea, quantity: -1 }]],
  ['a quantity above 1000', [{ ...tea, quantity: 1001 }]],
  ['the same sku twice', [tea, { ...tea, quantity: 1 }]],
  ['a sku with capitals', [{ ...tea, sku: 'Tea' }]],
  ['a sku of 65 characters', [{ ...tea, sku: 'a'.repeat(65) }]],
  ['an empty sku', [{ ...tea, sku: '' }]],
])('a reservation with %s is invalid', (_, lines) => {
  expect(() => parseReserveStock({ reservationId: 'order-0001', lines })).toThrow(
    expect.objectContaining({ refusal: 'invalid' }),
  );
});

test.each(['', 'short', 'a'.repeat(65), 'order_0001', "order-0001'"])('%j is no reservation id', (reservationId) => {
  expect(() => parseReserveStock({ reservationId, lines: [tea] })).toThrow(
    expect.objectContaining({ refusal: 'invalid' }),
  );
});

const pricedLines = fc.uniqueArray(
  fc.record({
    sku: fc.stringMatching(/^[a-z0-9]{1,8}$/),
    quantity: fc.integer({ min: 1, max: 1000 }),
    unitPriceMinorUnits: fc.integer({ min: 1, max: 10_000_000 }),
  }),
  { minLength: 1, maxLength: 50, selector: (line) => line.sku },
);

test('a total is exact, and the order of the lines does not matter', () => {
  fc.assert(
    fc.property(pricedLines, (lines) => {
      const exact = lines.reduce((sum, line) => sum + BigInt(line.quantity) * BigInt(line.unitPriceMinorUnits), 0n);
      expect(BigInt(totalOf(lines))).toBe(exact);
      expect(totalOf(lines.toReversed())).toBe(totalOf(lines));
      expect(inSkuOrder(lines.toReversed())).toEqual(inSkuOrder(lines));
    }),
  );
});

test('a total above the largest amount is refused', () => {
  const lines = Array.from({ length: 11 }, (_, at) => ({
    sku: `gold-${at}`,
    quantity: 1000,
    unitPriceMinorUnits: 100_000_000,
  }));
  expect(totalOf(lines.slice(1))).toBe(1e12);
  expect(() => totalOf(lines)).toThrow(expect.objectContaining({ refusal: 'not_possible' }));
});

test('the same reservation again takes nothing more, unless it expired in between', () => {
  expect(mustReserveAgain(reservation, 'alice', [kettle, tea])).toBe(false);
  expect(mustReserveAgain({ ...reservation, status: 'committed' }, 'alice', [kettle, tea])).toBe(false);
  expect(mustReserveAgain({ ...reservation, status: 'expired' }, 'alice', [kettle, tea])).toBe(true);
});

test.each([
  ['fewer lines', [tea]],
  ['another quantity', [kettle, { ...tea, quantity: 3 }]],
  ['another sku', [kettle, { ...tea, sku: 'tea-sencha-100g' }]],
])('the same reservation id with %s is a conflict', (_, lines) => {
  for (const status of ['reserved', 'committed', 'expired'] as const) {
    const again = () => mustReserveAgain({ ...reservation, status }, 'alice', lines);
    expect(again).toThrow(expect.objectContaining({ refusal: 'conflict' }));
  }
});

test('the same reservation id for another user is a conflict', () => {
  const again = () => mustReserveAgain(reservation, 'bob', [kettle, tea]);
  expect(again).toThrow(expect.objectContaining({ refusal: 'conflict' }));
});

test.each(['alice', null])('nothing is reserved after a release, be it in the name of %s', (userId) => {
  const again = () => mustReserveAgain({ ...reservation, userId, status: 'released' }, 'alice', [kettle, tea]);
  expect(again).toThrow(expect.objectContaining({ refusal: 'not_possible' }));
});

test('a commit takes what expired anew, and nothing that was released', () => {
  expect([commitChange('reserved'), commitChange('expired'), commitChange('committed')]).toEqual([
    'none',
    'take',
    null,
  ]);
  expect(() => commitChange('released')).toThrow(expect.objectContaining({ refusal: 'not_possible' }));
});

test('a release gives back what is not in the stock, once', () => {
  expect([releaseChange('reserved'), releaseChange('committed')]).toEqual(['give back', 'give back']);
  expect([releaseChange('expired'), releaseChange('released')]).toEqual(['none', null]);
});
