import { expect, test } from 'vitest';
import type { PathReport } from './path-report.ts';
import { sameVerdicts } from './same-verdicts.ts';

const part = 'same verdicts on embedded and native';
const compared = ({ embedded, native }: { readonly embedded: PathReport; readonly native: PathReport }) =>
  sameVerdicts({ kind: 'embedded', report: embedded }, { kind: 'native', report: native });
const refused = { id: 'token/missing', expected: 'DENIED', actual: 'DENIED', recorded: true, reason: 'token_missing' };
const allowed = { id: 'allowed/a', expected: 'OK', actual: 'OK', recorded: true, reason: '' };

test('reports with the same paths and verdicts agree, in whatever order and words', () => {
  const native = [{ ...refused, reason: 'in other words' }, allowed];
  expect(compared({ embedded: [allowed, refused], native })).toEqual({
    ...{ part, passed: 1, failed: 0, leftOut: 0, details: [] },
  });
});

test('a path with another verdict on the other stack has failed, and is named with both', () => {
  const native = [allowed, { ...refused, actual: 'OK' }];
  const { passed, failed, details } = compared({ embedded: [allowed, refused], native });
  expect([passed, failed]).toEqual([0, 1]);
  expect(details).toEqual(['token/missing  DENIED on embedded and OK on native']);
});

test('a refusal that only one of them wrote down is another verdict', () => {
  const { details } = compared({ embedded: [{ ...refused, recorded: false }], native: [refused] });
  expect(details).toEqual(['token/missing  DENIED, unrecorded, on embedded and DENIED on native']);
});

test('a path that only one of them has has failed, on either side', () => {
  const { failed, details } = compared({ embedded: [allowed], native: [refused] });
  expect(failed).toBe(2);
  expect(details).toEqual(['allowed/a  was driven on embedded only', 'token/missing  was driven on native only']);
});
