import pc from 'picocolors';
import { getBorderCharacters, table } from 'table';
import { type Abused, isSound } from './run-abuse.ts';

const heads = [
  'abuse',
  'attempts',
  'connections',
  'ended',
  'MiB before',
  'peak',
  'after',
  'calls',
  'succeeded',
  'slowest',
];

/** One line for the attack that is just over. */
export function showAbused(abused: Abused): string {
  const { id, title } = abused;
  return `${isSound(abused) ? '✔' : pc.red('✘')} ${id}  somebody ${title}`;
}

/** All figures, for people. */
export function showAbuses(all: readonly Abused[]): string {
  return table([heads, ...all.map(cellsOf)], {
    border: getBorderCharacters('void'),
    columnDefault: { alignment: 'right', paddingLeft: 0, paddingRight: 2 },
    columns: { 0: { alignment: 'left' } },
    drawHorizontalLine: () => false,
  });
}

function cellsOf({ id, tally, before, peak, after, fared }: Abused): string[] {
  const { calls, succeeded, slowestMs } = fared;
  return [
    id,
    ...[tally.attempts, tally.connections, tally.ended].map((count) => count.toLocaleString('en')),
    ...[before, peak, after].map((size) => size.toFixed(0)),
    String(calls),
    calls === 0 ? '–' : `${((100 * succeeded) / calls).toFixed(1)} %`,
    `${slowestMs.toFixed(0)} ms`,
  ];
}
