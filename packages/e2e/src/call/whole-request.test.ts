import { AuditServiceService } from '@zt/proto/audit';
import { OrderServiceService } from '@zt/proto/order';
import { expect, test } from 'vitest';
import { wholeRequest } from './whole-request.ts';

const placeOrder = OrderServiceService.placeOrder.requestDeserialize;
const listDecisions = AuditServiceService.listDecisions.requestDeserialize;
const recordDecisions = AuditServiceService.recordDecisions.requestDeserialize;

test('what is left out has its default, in messages within messages and in lists of them too', () => {
  const whole = wholeRequest(placeOrder, { lines: [{ sku: 'tea' }, { quantity: 2 }], total: { minorUnits: 7 } });
  expect(whole).toEqual({
    idempotencyKey: '',
    lines: [
      { sku: 'tea', quantity: 0 },
      { sku: '', quantity: 2 },
    ],
    total: { currency: '', minorUnits: 7 },
  });
  expect(wholeRequest(placeOrder, {})).toEqual(placeOrder(Buffer.alloc(0)));
});

test('times and bytes are written as text', () => {
  expect(wholeRequest(listDecisions, { from: '2026-03-01T12:00:00Z' })).toMatchObject({
    from: new Date('2026-03-01T12:00:00Z'),
    until: undefined,
  });
  expect(wholeRequest(recordDecisions, { records: ['aGk='] })).toMatchObject({ records: [Buffer.from('hi')] });
});

test.each([
  ['a field that is not there', { order_id: '1' }, 'the request takes idempotencyKey, lines, total, and not order_id'],
  ['one within a message', { total: { cents: 1 } }, 'total of the request takes currency, minorUnits, and not cents'],
  ['one of another type', { idempotencyKey: 5 }, 'idempotencyKey of the request has to be a string'],
  ['one in a list', { lines: [{ quantity: '2' }] }, 'quantity of item 1 in lines of the request has to be a number'],
  ['one thing for a list', { lines: {} }, 'lines of the request has to be a list'],
  ['a text for a message', { total: '7.50' }, 'total of the request has to be an object'],
])('%s is refused by name', (_what, given, message) => {
  expect(() => wholeRequest(placeOrder, given)).toThrow(message);
});

test('a time that is none is refused', () => {
  expect(() => wholeRequest(listDecisions, { until: 'yesterday' })).toThrow('until of the request has to be a time');
});
