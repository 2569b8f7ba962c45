import { exchangeRecord, gatewayRecord, idOf, madeUpRecord } from '@zt/kit/testing';
import { expect, test } from 'vitest';
import { isConfirmed, type OrderRun, showOrder } from './show-order.ts';
import { plain } from './testing/made-up.ts';

const run: OrderRun = {
  user: 'alice',
  sku: 'tea-assam-100g',
  quantity: 2,
  unitPrice: { currency: 'EUR', minorUnits: 750 },
  answer: { status: 201, body: { status: 'confirmed', orderId: 'order-1' }, traceId: 'trace-1', decisionId: 'd' },
  records: [gatewayRecord(), exchangeRecord('gateway', { resource: { audience: idOf('order') } }), madeUpRecord()],
  durationMs: 187.4,
};

test('A confirmed order is told from the price to the confirmation', () => {
  const lines = showOrder(run, plain);
  expect(lines[0]).toBe('alice orders 2 × tea-assam-100g at 7.50 EUR: 15.00 EUR in all.');
  expect(lines.slice(-2)).toEqual(['✔ Confirmed: order order-1', 'HTTP 201 after 187 ms, trace trace-1']);
  expect(isConfirmed(run)).toBe(true);
});

test('Exchanges of tokens stand between the hops that they are for, and are not counted', () => {
  const lines = showOrder(run, plain);
  const hops = lines.filter((line) => /^ +\d+\. /.test(line));
  expect(hops).toEqual([
    '  1.  alice → gateway  PlaceOrder  ✔ allowed',
    '  2.  gateway → order  PlaceOrder  ✔ allowed',
  ]);
  const exchange = lines.indexOf('      gateway exchanges its token at identity for one for order');
  expect(lines[exchange + 1]).toBe(hops[1]);
});

test('An exchange that was refused is a hop like any other', () => {
  const resource = { audience: idOf('order') };
  const refused = exchangeRecord('gateway', { resource, allowed: false, reasons: ['session_ended'] });
  const body = { detail: 'The call is not allowed.' };
  const lines = showOrder(
    { ...run, answer: { ...run.answer, status: 403, body }, records: [gatewayRecord(), refused] },
    plain,
  );
  expect(lines).toContain('  2.  gateway → identity  ExchangeToken  ✖ refused');
  expect(lines).toContain('      about       audience order');
});

test('A refused order says who refused, why, and how little the user was told', () => {
  const refused = madeUpRecord({ allowed: false, reasons: ['amount_over_limit'] });
  const answer = { ...run.answer, status: 403, body: { detail: 'The call is not allowed.' } };
  const told = { ...run, answer, records: [gatewayRecord(), refused] };
  const lines = showOrder(told, plain);
  expect(lines.at(-2)).toBe('✖ Refused by order: amount_over_limit. The user was told only: The call is not allowed.');
  expect(isConfirmed(told)).toBe(false);
});

test('An order that the shop cannot fill was not refused', () => {
  const answer = { ...run.answer, body: { status: 'rejected', rejectedBecause: 'There is not enough.' } };
  const lines = showOrder({ ...run, answer }, plain);
  expect(lines.at(-2)).toBe('✖ Not placed, and not for lack of permission: There is not enough.');
  expect(isConfirmed({ ...run, answer })).toBe(false);
});

test('A refused question for the price is not a confirmed order', () => {
  const asked = { ...run, unitPrice: null, answer: { ...run.answer, status: 403, body: {} } };
  expect(isConfirmed(asked)).toBe(false);
  expect(showOrder(asked, plain)[0]).toBe('alice orders 2 × tea-assam-100g, and asks for the price first.');
});
