import { expect, test } from 'vitest';
import { failedToRun } from './outcome.ts';
import { succeeded, summaryLines } from './summary.ts';

const kit = { part: '@zt/kit', passed: 12, failed: 0, leftOut: 2 };

test('the last line counts what passed and failed everywhere', () => {
  expect(summaryLines([kit, { part: '@zt/order', passed: 3, failed: 1, leftOut: 0 }], []).at(-1)).toBe(
    '15 passed, 1 failed',
  );
});

test('each part has a line, and says what of it was not run', () => {
  expect(summaryLines([kit], [])).toContain('  @zt/kit     12 passed  2 not run');
});

test('a part that was not run again says so', () => {
  expect(summaryLines([{ ...kit, leftOut: 0, unchanged: true }], [])).toContain(
    '  @zt/kit     12 passed  before, unchanged since',
  );
});

test('what has failed of a part stands below its line', () => {
  const details = ['token/missing  was driven on native only'];
  const [, line, detail] = summaryLines([{ part: 'verdicts', passed: 0, failed: 1, leftOut: 0, details }], []);
  expect([line, detail]).toEqual([
    '  verdicts      0 passed  1 FAILED',
    '    token/missing  was driven on native only',
  ]);
});

test('what was left out is said before the last line', () => {
  expect(summaryLines([kit], ['LEFT OUT: the paths.']).slice(-3)).toEqual([
    'LEFT OUT: the paths.',
    '',
    '12 passed, 0 failed',
  ]);
});

test('a run succeeds when something passed and nothing failed', () => {
  expect(succeeded([kit])).toBe(true);
  expect(succeeded([kit, failedToRun('@zt/order#lint')])).toBe(false);
});

test('a run of nothing does not succeed', () => {
  expect(succeeded([])).toBe(false);
  expect(succeeded([{ ...kit, passed: 0 }])).toBe(false);
});
