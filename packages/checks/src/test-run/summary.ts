import type { Outcome } from './outcome.ts';

/** The lines that end a test run; the last is for machines too. */
export function summaryLines(outcomes: readonly Outcome[], leftOut: readonly string[]): readonly string[] {
  const width = Math.max(0, ...outcomes.map(({ part }) => part.length));
  const lines = outcomes.flatMap((outcome) => {
    const passed = `${String(outcome.passed).padStart(5)} passed`;
    const line = `  ${outcome.part.padEnd(width)}  ${passed}  ${notesOn(outcome).join(', ')}`.trimEnd();
    return [line, ...(outcome.details ?? []).map((detail) => `    ${detail}`)];
  });
  return ['', ...lines, '', ...leftOut, ...(leftOut.length > 0 ? [''] : []), countLine(outcomes)];
}

function notesOn({ failed, leftOut, unchanged }: Outcome): readonly string[] {
  const notes = [
    failed > 0 && `${failed} FAILED`,
    leftOut > 0 && `${leftOut} not run`,
    unchanged && 'before, unchanged since',
  ];
  return notes.filter((note) => typeof note === 'string');
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
