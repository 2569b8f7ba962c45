import { expect, test } from 'vitest';
import { parseVitestReport } from './vitest-report.ts';

const report = { success: true, numPassedTests: 5, numFailedTests: 0, numPendingTests: 1, numTodoTests: 1 };

test('tests are counted by how they ended', () => {
  expect(parseVitestReport('@zt/kit', JSON.stringify({ ...report, success: false, numFailedTests: 2 }))).toEqual({
    part: '@zt/kit',
    passed: 5,
    failed: 2,
    leftOut: 2,
  });
});

test('a test file that breaks before its first test is a failure', () => {
  expect(parseVitestReport('@zt/kit', JSON.stringify({ ...report, success: false })).failed).toBe(1);
});

test('a report of another form is refused', () => {
  expect(() => parseVitestReport('@zt/kit', '{"passed":5}')).toThrow();
});
