import { describe, expect, it } from 'vitest';
import { type Books, findFaults } from './balance.ts';

const lines = [{ sku: 'tea', quantity: 2 }];
const order = { orderId: 'o-1', idempotencyKey: 'key-1', status: 'confirmed', totalMinorUnits: 1500, lines };
const charge = { paymentId: 'o-1', captures: 1, capturedMinorUnits: 1500, refundedMinorUnits: 0, open: false };
const reservation = { reservationId: 'o-1', status: 'committed', lines };
const told = { idempotencyKey: 'key-1', user: 'alice', orderId: 'o-1', status: 'confirmed' } as const;

/** One order that went well, and what is different from that. */
function booksWith(change: Partial<Books>): Books {
  return {
    told: [told],
    notShown: [],
    orders: [order],
    reservations: [reservation],
    charges: [charge],
    stockBefore: new Map([['tea', { available: 10, inOrders: 5 }]]),
    stockAfter: new Map([['tea', { available: 8, inOrders: 7 }]]),
    ...change,
  };
}
const faultsOf = (change: Partial<Books>) =>
  findFaults(booksWith(change)).map(({ kind, detail }) => `${kind}: ${detail}`);
const rejected = { ...order, status: 'rejected' };
const nothingMoved = { stockAfter: new Map([['tea', { available: 10, inOrders: 5 }]]) };

describe('the books of a run', () => {
  it('agree where every order was charged once and its goods have left', () => {
    expect(faultsOf({})).toEqual([]);
  });

  it('agree where an order was rejected, and what was held is given up', () => {
    const released = { ...reservation, status: 'released' };
    const voided = { ...charge, captures: 0, capturedMinorUnits: 0 };
    const rejection = { ...told, status: 'rejected' } as const;
    expect(
      faultsOf({ told: [rejection], orders: [rejected], reservations: [released], charges: [voided], ...nothingMoved }),
    ).toEqual([]);
  });

  it('agree where a client gave up and the order went through all the same', () => {
    expect(faultsOf({ told: [] })).toEqual([]);
  });

  it.each<[string, Partial<Books>, string[]]>([
    [
      'an order that was confirmed and is gone',
      { orders: [], reservations: [], charges: [], ...nothingMoved },
      ['lost: o-1 was confirmed, and there is no such order'],
    ],
    [
      'an order that was confirmed and that the gateway does not show',
      { notShown: ['o-1'] },
      ['lost: o-1 was confirmed, and the gateway does not show it so'],
    ],
    [
      'a confirmed order that is rejected afterwards',
      { orders: [rejected], reservations: [], charges: [], ...nothingMoved },
      ['lost: o-1 was confirmed, and is rejected'],
    ],
    [
      'an answer for another key',
      { told: [{ ...told, idempotencyKey: 'key-2' }] },
      ['lost: o-1 has another key than it was sent'],
    ],
    [
      'a payment that was captured twice',
      { charges: [{ ...charge, captures: 2, capturedMinorUnits: 3000 }] },
      ['charged_twice: o-1 was captured 2 times', 'charged_wrongly: o-1 is confirmed: 1500 are due, 3000 were kept'],
    ],
    [
      'two orders for one key, both charged',
      {
        orders: [order, { ...order, orderId: 'o-2' }],
        reservations: [reservation, { ...reservation, reservationId: 'o-2' }],
        charges: [charge, { ...charge, paymentId: 'o-2' }],
        stockAfter: new Map([['tea', { available: 6, inOrders: 9 }]]),
      },
      ['charged_twice: 2 orders of the key key-1'],
    ],
    [
      'a confirmed order that was not charged',
      { charges: [] },
      ['charged_wrongly: o-1 is confirmed: 1500 are due, 0 were kept'],
    ],
    [
      'a charge for a rejected order',
      { told: [], orders: [rejected], reservations: [], ...nothingMoved },
      ['charged_wrongly: o-1 is rejected: 0 are due, 1500 were kept'],
    ],
    [
      'a charge without an order',
      { charges: [charge, { ...charge, paymentId: 'o-9' }] },
      ['charged_wrongly: o-9 was charged, and there is no such order'],
    ],
    [
      'goods that were sold and are for sale still',
      { stockAfter: new Map([['tea', { available: 10, inOrders: 7 }]]) },
      ['oversold: 2 of tea came from nowhere'],
    ],
    [
      'goods that are in no order and not for sale',
      { stockAfter: new Map([['tea', { available: 7, inOrders: 7 }]]) },
      ['oversold: 1 of tea vanished'],
    ],
    [
      'fewer than none for sale',
      { stockAfter: new Map([['tea', { available: -1, inOrders: 16 }]]) },
      ['oversold: -1 of tea are for sale'],
    ],
    [
      'a confirmed order whose goods did not leave',
      { reservations: [{ ...reservation, status: 'released' }] },
      ['oversold: o-1 is confirmed: it sold 2 × tea, and nothing left the stock'],
    ],
    [
      'goods that left without an order',
      { reservations: [reservation, { ...reservation, reservationId: 'o-9' }] },
      ['oversold: o-9 left the stock, and there is no such order'],
    ],
    [
      'an order that is still under way',
      { told: [], orders: [{ ...order, status: 'pending' }], reservations: [], charges: [], ...nothingMoved },
      ['left_open: order o-1'],
    ],
    [
      'a reservation and a hold that nobody gave up',
      {
        told: [],
        orders: [],
        reservations: [{ ...reservation, status: 'reserved' }],
        charges: [{ ...charge, captures: 0, capturedMinorUnits: 0, open: true }],
      },
      ['left_open: reservation o-1', 'left_open: hold o-1'],
    ],
  ])('do not agree with %s', (_what, change, faults) => {
    expect(faultsOf(change)).toEqual(faults);
  });
});
