import { accessGraph, createGraphObserver } from '@zt/access-graph';
import type { DecisionRecord } from '@zt/kit/audit';
import { exchangeRecord, gatewayRecord, idOf, madeUpRecord } from '@zt/kit/testing';
import { expect, test } from 'vitest';
import { plain } from '../story/testing/made-up.ts';
import { showObserved } from './show-observed.ts';

/** Runs of spaces as one: how wide the columns are is of no account. */
function shown(...records: readonly DecisionRecord[]): string[] {
  const observer = createGraphObserver(accessGraph);
  for (const record of records) observer.see(record);
  return showObserved(observer.observed(), plain).map((line) => line.trim().replace(/ +/g, ' '));
}

const refused = { allowed: false, reasons: ['caller_not_allowed'] } as const;
const fromPayment = { ...madeUpRecord().peer, spiffeId: idOf('payment'), serialNumber: '01', notAfter: '' };

test('used edges have their counts and the last time, and the others are listed as never used', () => {
  const lines = shown(gatewayRecord(), madeUpRecord(), madeUpRecord(), madeUpRecord(refused), exchangeRecord('order'));
  expect(lines[0]).toBe('5 decisions, from 2026-03-01 12:00:00 to 2026-03-01 12:00:00');
  expect(lines.some((line) => /^Used: 3 of \d+ edges$/.test(line))).toBe(true);
  expect(lines).toContain('gateway order/PlaceOrder 2 1 2026-03-01 12:00:00');
  expect(lines).toContain('users gateway/PlaceOrder 1 2026-03-01 12:00:00');
  const never = lines.findIndex((line) => line.startsWith('Never used: '));
  expect(lines.slice(never)).toContain('users gateway/CancelOrder');
  expect(lines.slice(never)).not.toContain('gateway order/PlaceOrder');
});

test('of an edge that several methods use it is said which of them never did', () => {
  const release = {
    service: idOf('inventory'),
    method: '/inventory.v1.InventoryService/ReleaseReservation',
    peer: { ...fromPayment, spiffeId: idOf('order') },
  };
  const lines = shown(madeUpRecord(), madeUpRecord(release), madeUpRecord({ ...release, traceId: 'none' }));
  expect(lines).toContain(
    'order inventory/ReleaseReservation 2 2026-03-01 12:00:00 PlaceOrder 1, CancelOrder never, not known 1',
  );
});

test('what the graph does not declare is told with who tried, and an allowed call is marked as what to look at', () => {
  const lines = shown(
    madeUpRecord({ peer: fromPayment }),
    madeUpRecord({ peer: fromPayment, ...refused }),
    gatewayRecord({ token: null, allowed: false, reasons: ['token_missing'] }),
  );
  expect(lines).toContain('✖ payment order/PlaceOrder 1 1 2026-03-01 12:00:00 caller_not_allowed');
  expect(lines).toContain('✔ somebody at 127.0.0.1 gateway/PlaceOrder 1 2026-03-01 12:00:00 token_missing');
  expect(lines).toContain('✖ was allowed by another graph than the one of this checkout.');
});

test('an edge that was only refused says why, and a ledger without decisions says so', () => {
  expect(shown(madeUpRecord({ ...refused, reasons: ['amount_over_limit'] }))).toContain(
    'gateway order/PlaceOrder tried and refused once: amount_over_limit',
  );
  expect(shown()[0]).toBe('The ledger has no decision of that time.');
});

test('what others made up cannot speak to the terminal, begin a line or fill the screen', () => {
  const hostile = 'thief\x1b[2J\x9b31m\nall is well\u202e\t\x07';
  const lines = shown(
    madeUpRecord({ peer: { ...fromPayment, spiffeId: `spiffe://${hostile}` }, method: `/a/${'x'.repeat(9000)}` }),
    madeUpRecord({
      ...refused,
      method: `/${hostile}/Go`,
      service: hostile,
      reasons: [hostile as 'caller_not_allowed'],
    }),
    madeUpRecord({ ...refused, kind: 'handshake', service: hostile }),
    gatewayRecord({ ...refused, token: { ...gatewayRecord().token, subject: hostile } as DecisionRecord['token'] }),
    gatewayRecord({ ...refused, token: null, address: hostile }),
    madeUpRecord({ ...refused, reasons: Array.from({ length: 50 }, (_, i) => `made_up_${i}` as 'caller_not_allowed') }),
  );
  expect(lines.filter((line) => /[\p{Cc}\p{Cf}]/u.test(line))).toEqual([]);
  expect(lines.filter((line) => line.startsWith('all is well'))).toEqual([]);
  expect(lines.filter((line) => line.length > 400)).toEqual([]);
  expect(lines.some((line) => line.includes('thief\ufffd[2J\ufffd31m\ufffdall is well'))).toBe(true);
});
