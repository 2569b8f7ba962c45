import { expect, test } from 'vitest';
import { parsePathReport } from './path-report.ts';

test('a path passes when what happened is what was expected', () => {
  const paths = [
    { id: 'a', expected: 'PERMISSION_DENIED', actual: 'PERMISSION_DENIED' },
    { id: 'b', expected: 'PERMISSION_DENIED', actual: 'OK' },
    { id: 'c', expected: 'OK', actual: null },
  ];
  expect(parsePathReport('paths', JSON.stringify(paths))).toEqual({ part: 'paths', passed: 1, failed: 2, leftOut: 0 });
});

test('a path that does not say what happened is refused', () => {
  expect(() => parsePathReport('paths', '[{"id":"a","expected":"OK"}]')).toThrow();
});
