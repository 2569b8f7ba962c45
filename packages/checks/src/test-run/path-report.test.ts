import { expect, test } from 'vitest';
import { outcomeOf, parsePathReport } from './path-report.ts';

const line = { id: 'a', expected: 'PERMISSION_DENIED', actual: 'PERMISSION_DENIED', recorded: true, reason: '' };

test('a path passes when what happened is what was expected, and was recorded', () => {
  const report = parsePathReport(
    JSON.stringify([line, { ...line, id: 'b', actual: 'OK' }, { ...line, id: 'c', recorded: false }]),
  );
  expect(outcomeOf('paths', report)).toEqual({ part: 'paths', passed: 1, failed: 2, leftOut: 0 });
});

test('a path that does not say what happened is refused', () => {
  expect(() => parsePathReport('[{"id":"a","expected":"OK"}]')).toThrow();
});
