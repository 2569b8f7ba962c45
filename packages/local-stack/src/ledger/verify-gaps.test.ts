import { hashOfLine, parseLine } from '@zt/kit/audit';
import { idOf } from '@zt/kit/testing';
import { expect, test } from 'vitest';
import { textOfExport } from './ledger-export.ts';
import { spellFault, spellGap } from './ledger-fault.ts';
import {
  chainOf,
  checkpoint,
  checkpoints,
  exportOf,
  headsOf,
  order,
  payment,
  trust,
} from './testing/made-up-ledger.ts';
import { verifyLedger } from './verify-ledger.ts';

const writer = idOf('payment');
const { spool } = parseLine(payment[0] ?? '').chain;
const gapOf = (first: number, last: number) => ({ writer, spool, first, last });
const verify = async (statement: string, lines: readonly string[]) =>
  verifyLedger(textOfExport(exportOf({ checkpoints: [statement], lines: [...order, ...lines] })), trust);
const signed = (gaps: readonly object[], chain: readonly string[] = payment) =>
  checkpoint(1, null, headsOf(order, chain), { gaps });

test.each([
  ['at the start of a chain', 1, 2],
  ['within a chain', 3, 4],
])('records that the ledger lacks %s are told, and all others are intact', async (_where, first, last) => {
  const gap = gapOf(first, last);
  const left = payment.filter((_, index) => index + 1 < first || index + 1 > last);
  expect(await verify(await signed([gap]), left)).toMatchObject({ kind: 'intact', records: 8, gaps: [gap] });
  expect(spellGap(gap)).toBe(
    `records ${first} to ${last} of ${writer} (spool ${spool}) are not kept by the ledger, which says so itself`,
  );
});

test('more than what the ledger says it lacks was removed', async () => {
  const verdict = await verify(await signed([gapOf(1, 2)]), payment.slice(3));
  expect(verdict).toMatchObject({ kind: 'faulty', fault: { kind: 'removed', sequence: 1 } });
  expect(await verify(await signed([]), payment.slice(2))).toMatchObject({ fault: { kind: 'removed', sequence: 1 } });
});

test('the first record after a gap is changed, and found so', async () => {
  const [third = '', ...others] = payment.slice(2);
  const changed = [third.replace('alice', 'mallory'), ...others];
  expect(await verify(await signed([gapOf(1, 2)]), changed)).toMatchObject({ fault: { kind: 'changed', sequence: 3 } });
  const only = [third.replace('alice', 'mallory')];
  const statement = await signed([gapOf(1, 2)], payment.slice(0, 3));
  expect(await verify(statement, only)).toMatchObject({ fault: { kind: 'changed', sequence: 3 } });
});

test('what was there at an earlier checkpoint cannot be called missing', async () => {
  const [first] = checkpoints;
  const second = await checkpoint(2, first, headsOf(order, payment), { gaps: [gapOf(2, 4)] });
  const text = textOfExport(exportOf({ checkpoints: [first, second], lines: [...order, ...payment.toSpliced(1, 3)] }));
  const verdict = await verifyLedger(text, trust);
  expect(verdict).toMatchObject({ kind: 'faulty', fault: { kind: 'checkpoint', number: 2 } });
  if (verdict.kind === 'faulty') expect(spellFault(verdict.fault)).toContain('were there at checkpoint 1');
});

test('what lies before the end of an earlier checkpoint cannot be called missing, though no checkpoint ended in it', async () => {
  const first = await checkpoint(1, null, headsOf(order, payment.slice(0, 4)));
  const second = await checkpoint(2, first, headsOf(order, payment), { gaps: [gapOf(2, 3)] });
  const text = textOfExport(exportOf({ checkpoints: [first, second], lines: [...order, ...payment.toSpliced(1, 2)] }));
  const verdict = await verifyLedger(text, trust);
  expect(verdict).toMatchObject({ kind: 'faulty', fault: { kind: 'checkpoint', number: 2 } });
  if (verdict.kind === 'faulty') expect(spellFault(verdict.fault)).toContain('were there at checkpoint 1');
});

test('a gap that was signed before its chain went on stays one at later checkpoints', async () => {
  const [gap, left] = [gapOf(2, 3), payment.toSpliced(1, 2)];
  const first = await checkpoint(1, null, headsOf(order, payment.slice(0, 1)));
  const second = await checkpoint(2, first, headsOf(order, payment.slice(0, 4)), { gaps: [gap] });
  const third = await checkpoint(3, second, headsOf(order, payment), { gaps: [gap] });
  const text = textOfExport(exportOf({ checkpoints: [first, second, third], lines: [...order, ...left] }));
  expect(await verifyLedger(text, trust)).toMatchObject({ kind: 'intact', gaps: [gap] });
});

test('a gap of one chain excuses nothing in another', async () => {
  const other = chainOf('payment', 5);
  const statement = await checkpoint(1, null, headsOf(order, payment, other), { gaps: [gapOf(1, 2)] });
  const text = textOfExport(
    exportOf({ checkpoints: [statement], lines: [...order, ...payment.slice(2), ...other.slice(2)] }),
  );
  expect(await verifyLedger(text, trust)).toMatchObject({
    fault: { kind: 'removed', sequence: 1, spool: parseLine(other[0] ?? '').chain.spool },
  });
  expect(hashOfLine(other[0] ?? '')).not.toBe(hashOfLine(payment[0] ?? ''));
});
