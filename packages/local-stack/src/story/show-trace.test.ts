import { exchangeRecord, idOf, madeUpRecord } from '@zt/kit/testing';
import { expect, test } from 'vitest';
import { decisionTable } from './decision-table.ts';
import { showTrace } from './show-trace.ts';
import { plain } from './testing/made-up.ts';

const own = { method: '/identity.v1.TokenExchangeService/IssueWorkloadToken', resource: { audience: idOf('order') } };

test('what a workload asks identity for takes a line each, and is no hop', () => {
  const lines = showTrace(
    [
      exchangeRecord('order', { resource: { audience: idOf('payment') } }),
      exchangeRecord('payment', own),
      madeUpRecord(),
    ],
    plain,
  );
  expect(lines.slice(0, 3)).toEqual([
    '      order exchanges its token at identity for one for payment',
    '      payment gets a token in its own name at identity, for order',
    '  1.  gateway → order  PlaceOrder  ✔ allowed',
  ]);
});

test('a record that somebody made up does not speak to the terminal, and ends no table', () => {
  const hostile = 'a\x1b[2J\x9b31m\u202e\x07\nb';
  const records = [
    madeUpRecord({ method: `/a/${hostile}`, service: hostile, rule: hostile, resource: { [hostile]: hostile } }),
    exchangeRecord('order', { resource: { audience: hostile } }),
  ];
  const lines = showTrace(records, plain);
  expect(lines.filter((line) => /[\p{Cc}\p{Cf}]/u.test(line) || line.startsWith('b'))).toEqual([]);
});

test('a token that was refused is a hop like any other', () => {
  const refused = exchangeRecord('payment', { ...own, allowed: false, reasons: ['exchange_not_allowed'] });
  expect(showTrace([refused], plain)[0]).toBe('  1.  payment → identity  IssueWorkloadToken  ✖ refused');
});

test('nor does it in a list, where it stays on its line', () => {
  const hostile = 'a\x1b[2J\x9b31m\u202e\x07\nb';
  const lines = decisionTable([madeUpRecord({ method: `/a/${hostile}`, service: hostile })], plain).split('\n');
  expect(lines).toHaveLength(2);
  expect(lines.filter((line) => /[\p{Cc}\p{Cf}]/u.test(line))).toEqual([]);
});

test('decisions are listed one line each, with the reasons of what was refused', () => {
  const lines = decisionTable(
    [
      madeUpRecord({ decisionId: 'one' }),
      madeUpRecord({ decisionId: 'two', allowed: false, reasons: ['scope_missing', 'role_missing'] }),
      madeUpRecord({ decisionId: 'three', kind: 'handshake', method: '', peer: null, token: null, allowed: false }),
    ],
    plain,
  ).split('\n');
  expect(lines[1]).toMatch(/^2026-03-01 12:00:00 +gateway +order +PlaceOrder +alice +allowed +one$/);
  expect(lines[2]).toMatch(/alice +refused: scope_missing, role_missing +two$/);
  expect(lines[3]).toMatch(/somebody +order +handshake +refused: +three$/);
});
