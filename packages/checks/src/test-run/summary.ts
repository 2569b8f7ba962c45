import type { Outcome } from './outcome.ts';

/** The lines that end a test run; the last is for machines too. */
export function summaryLines(outcomes: readonly Outcome[], leftOut: readonly string[]): readonly string[] {
  const width = Math.max(0, ...outcomes.map(({ part }) => part.length));
  const lines = outcomes.map(({ part, passed, failed, leftOut: notRun }) => {
    const notes = [failed > 0 ? `${failed} FAILED` : '', notRun > 0 ? `${notRun} not run` : ''].filter(Boolean);
    return `  ${part.padEnd(width)}  ${String(passed).padStart(5)} passed  ${notes.join(', ')}`.trimEnd();
  });
  return ['', ...lines, '', ...leftOut, ...(leftOut.length > 0 ? [''] : []), countLine(outcomes)];
}

/** A run in which nothing passed is not a success. */
export function succeeded(outcomes: readonly Outcome[]): boolean {
  return sum(outcomes, 'failed') === 0 && sum(outcomes, 'passed') > 0;
}

function countLine(outcomes: readonly Outcome[]): string {
  return `${sum(outcomes, 'passed')} passed, ${sum(outcomes, 'failed')} failed`;
}

function sum(outcomes: readonly Outcome[], count: 'passed' | 'failed'): number {
  return outcomes.reduce((total, outcome) => total + outcome[count], 0);
}
