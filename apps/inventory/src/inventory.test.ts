import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  inSkuOrder,
  mayCommit,
  mayRelease,
  parseReserveStock,
  type Reservation,
  repeatReservation,
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

test('the same reservation again is the first one', () => {
  expect(repeatReservation(reservation, 'alice', [kettle, tea])).toBe(reservation);
  const committed = { ...reservation, status: 'committed' } as const;
  expect(repeatReservation(committed, 'alice', [kettle, tea])).toBe(committed);
});

test.each([
  ['fewer lines', [tea]],
  ['another quantity', [kettle, { ...tea, quantity: 3 }]],
  ['another sku', [kettle, { ...tea, sku: 'tea-sencha-100g' }]],
])('the same reservation id with %s is a conflict', (_, lines) => {
  expect(() => repeatReservation(reservation, 'alice', lines)).toThrow(
    expect.objectContaining({ refusal: 'conflict' }),
  );
});

test('the same reservation id for another user is a conflict', () => {
  expect(() => repeatReservation(reservation, 'bob', [kettle, tea])).toThrow(
    expect.objectContaining({ refusal: 'conflict' }),
  );
});

test('a reservation is committed or released, never both, and each of them twice without effect', () => {
  expect([mayCommit('reserved'), mayCommit('committed')]).toEqual([true, false]);
  expect([mayRelease('reserved'), mayRelease('released')]).toEqual([true, false]);
  expect(() => mayCommit('released')).toThrow(expect.objectContaining({ refusal: 'not_possible' }));
  expect(() => mayRelease('committed')).toThrow(expect.objectContaining({ refusal: 'not_possible' }));
  expect(() => repeatReservation({ ...reservation, status: 'released' }, 'alice', [kettle, tea])).toThrow(
    expect.objectContaining({ refusal: 'not_possible' }),
  );
});
