import { stripVTControlCharacters } from 'node:util';
import { gatewayRecord, idOf, madeUpRecord } from '@zt/kit/testing';
import { expect, test } from 'vitest';
import { columns } from './layout.ts';
import { showHop } from './show-hop.ts';
import { colourful, plain, verbose } from './testing/made-up.ts';

test('A hop says who called, who decided, on whose behalf, under which rule and with which login', () => {
  const token = { ...madeUpRecord().token, chain: [idOf('order'), idOf('gateway')], audience: idOf('payment') };
  const record = madeUpRecord({ token: token as never });
  expect(showHop(2, record, plain)).toEqual([
    '  2.  gateway → order  PlaceOrder  ✔ allowed',
    '      caller      gateway, SVID 7C1F09AA… until 12:00:41, 41 s left',
    '      decided by  order, SVID 11223344… until 12:00:30, 30 s left',
    '      on behalf   sub alice · aud payment · act order ← gateway · until 12:01:00, 60 s left',
    '      scopes      orders:write payments:write',
    '      about       15.00 EUR',
    '      decision    allowed by rule order.v1.OrderService/PlaceOrder',
    '      recorded    as 0b1c7d9e-0000-4000-8000-000000000001, under policy d1ce96b358ad',
    '      db login    v-cert-ord-order-4jS2qZI1h7K5VvxwXgxg-1795414391 until 12:00:34, 34 s left',
  ]);
});

test('A user at the gateway has a token and no certificate', () => {
  const lines = showHop(1, gatewayRecord(), plain).join('\n');
  expect(lines).toContain('alice → gateway  PlaceOrder');
  expect(lines).toContain('alice, with a token and no certificate');
  expect(lines).toContain('act nobody in between');
  expect(lines).not.toContain('db login');
});

test('A workload that calls for nobody is told so, and so is a third party', () => {
  const own = { ...madeUpRecord().token, subject: idOf('gateway'), chain: [] };
  expect(showHop(1, madeUpRecord({ token: own as never }), plain)).toContain(
    '      on behalf   nobody, in its own name · aud order · until 12:01:00, 60 s left',
  );
  const notice = { ...madeUpRecord().token, subject: 'card-network', chain: [] };
  const lines = showHop(1, madeUpRecord({ peer: null, service: idOf('payment'), token: notice as never }), plain);
  expect(lines).toContain('      caller      card-network, a third party, by what it signed itself');
});

test('A refused hop names every reason and what the check said', () => {
  const record = madeUpRecord({ allowed: false, reasons: ['caller_not_allowed', 'token_missing'], detail: 'no token' });
  const lines = showHop(1, record, plain);
  expect(lines[0]).toBe('  1.  gateway → order  PlaceOrder  ✖ refused');
  expect(lines).toContain('      decision    refused by rule order.v1.OrderService/PlaceOrder');
  expect(lines).toContain('      because     caller_not_allowed, token_missing (no token)');
});

test('Somebody without certificate and token is called just that', () => {
  const record = gatewayRecord({ token: null, allowed: false, reasons: ['token_missing'] });
  const lines = showHop(1, record, plain).join('\n');
  expect(lines).toContain('somebody → gateway');
  expect(lines).toContain('somebody at 127.0.0.1:40000, without a certificate and without a good token');
  expect(lines).not.toContain('on behalf');
});

test('Verbose tells SPIFFE IDs, serial numbers and leases in full', () => {
  const text = showHop(1, madeUpRecord(), verbose)
    .map((line) => line.trim())
    .join(' ');
  expect(text).toContain(`${idOf('gateway')}, SVID 7C1F09AA55D201F3`);
  expect(text).toContain(`aud ${idOf('order')}`);
  expect(text).toContain('lease database/creds/order/sKpIyaalgau8txLl8L9ASIG7');
});

test('Identifiers are cut short, names are not', () => {
  const resource = { order: '096a2eae-3ff6-4ce3-a0fd-1666388113d0', sku: 'tea-assam-100g' };
  expect(showHop(1, madeUpRecord({ resource }), plain)).toContain(
    '      about       order 096a2eae… · sku tea-assam-100g',
  );
});

test.each([plain, colourful, verbose])('No line is wider than 100 columns', (style) => {
  const login = `v-cert-inv-inventor-${'x'.repeat(40)}`;
  const record = madeUpRecord({ database: { login, leaseId: 'l'.repeat(90), leaseEndsAt: '2026-03-01T12:00:34Z' } });
  for (const line of showHop(1, record, style)) {
    expect(stripVTControlCharacters(line).length, line).toBeLessThanOrEqual(columns);
  }
});

test('Without colours there is no control character', () => {
  for (const line of showHop(1, madeUpRecord(), plain)) expect(line).toBe(stripVTControlCharacters(line));
  expect(showHop(1, madeUpRecord(), colourful).join('')).not.toBe(showHop(1, madeUpRecord(), plain).join(''));
});
