import type { Style } from '../story/style.ts';
import type { Examination } from './finding.ts';

/** Every check on a line of its own; below it what was found, since when, and what to do. */
export function showExaminations(examinations: readonly Examination[], style: Style): string {
  const { colors } = style;
  const lines = examinations.flatMap(({ check, findings }) => {
    if (findings.length === 0) return [`${colors.green('✔')} ${check}`];
    return [
      `${colors.red('✖')} ${colors.bold(check)}`,
      ...findings.flatMap(({ subject, what, since, todo }) => [
        `    ${subject} ${what}${since === null ? '' : colors.dim(` (since ${since})`)}`,
        `    ${colors.yellow('→')} ${todo}`,
      ]),
    ];
  });
  const count = examinations.reduce((sum, { findings }) => sum + findings.length, 0);
  const verdict =
    count === 0
      ? colors.green('Nothing is wrong.')
      : colors.red(`${count} ${count === 1 ? 'thing is' : 'things are'} wrong.`);
  return [...lines, '', verdict].join('\n');
}
