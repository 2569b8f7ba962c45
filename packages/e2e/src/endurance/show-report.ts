import pc from 'picocolors';
import { getBorderCharacters, table } from 'table';
import type { Mishaps } from './container-mishaps.ts';
import type { EnduranceReport, MinuteLine } from './endurance-report.ts';
import type { Kill } from './kill-parts.ts';

const heads = ['minute', 'placed', 'failed', 'retries', 'rejected', 'p50 ms', 'p99 ms', 'max ms', 'SVIDs', 'logins'];

/** One line for the minute that has just ended. */
export function showMinute(line: MinuteLine): string {
  const [minute, ...figures] = cellsOf(line.minute, line);
  return [`minute ${minute}`, ...figures.map((figure, index) => `${heads[index + 1]} ${figure}`)].join('  ');
}

export function showKill({ part, backAfterMs }: Kill): string {
  return `  ✝ ${part} killed; ${backAfterMs === null ? pc.red('not back after a minute') : `back after ${seconds(backAfterMs)}`}`;
}

/** All figures, for people. */
export function showReport(report: EnduranceReport): string {
  const { minutes, total, kills, faultCounts, acknowledged, found } = report;
  const blocks = [
    figures(heads, [...minutes.map((line) => cellsOf(line.minute, line)), cellsOf('total', total)]),
    memoryTable(minutes),
    kills.length === 0
      ? ''
      : figures(
          ['killed with -9', 'back after'],
          kills.map(({ part, backAfterMs }) => [part, backAfterMs === null ? 'never' : seconds(backAfterMs)]),
        ),
    report.notKilled.length === 0 ? '' : pc.red(`not killed before the time was over: ${report.notKilled.join(', ')}`),
    report.mishaps === null ? '' : showMishaps(report.mishaps),
    report.rotatedApiKey === null
      ? ''
      : `API key replaced at second ${report.rotatedApiKey.atSecond}, within ${seconds(report.rotatedApiKey.tookMs)}`,
    counted('tries that were told to come again', report.troubles),
    counted('orders rejected', report.rejections),
    copiesTable(report.copies),
    figures(
      [
        'placed',
        'failed',
        'acknowledged',
        'found',
        'lost',
        'charged twice',
        'charged wrongly',
        'oversold',
        'left open',
      ],
      [
        [
          ...[total.placed, total.failed, acknowledged, found].map(String),
          ...[faultCounts.lost, faultCounts.charged_twice, faultCounts.charged_wrongly].map(zero),
          ...[faultCounts.oversold, faultCounts.left_open].map(zero),
        ],
      ],
    ),
    report.settledAfterMs === null
      ? pc.red('orders were still under way when the run ended')
      : `nothing was under way any more ${seconds(report.settledAfterMs)} after the last order`,
    report.faults.map(({ kind, detail }) => pc.red(`✘ ${kind}: ${detail}`)).join('\n'),
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}

function cellsOf(name: number | string, line: Omit<MinuteLine, 'minute' | 'memory'>): string[] {
  const { placed, failed, retries, rejected, p50Ms, p99Ms, maxMs, svids, logins } = line;
  return [
    String(name),
    String(placed),
    zero(failed),
    ...[retries, rejected].map(String),
    ...[p50Ms, p99Ms, maxMs].map((ms) => ms.toFixed(1)),
    ...[svids, logins].map(String),
  ];
}

function memoryTable(minutes: readonly MinuteLine[]): string {
  const names = [...new Set(minutes.flatMap(({ memory }) => Object.keys(memory)))];
  if (names.length === 0) return '';
  const rows = minutes.map(({ minute, memory }) => [
    String(minute),
    ...names.map((name) => (memory[name] === undefined ? '–' : Math.round(memory[name]).toString())),
    Math.round(Object.values(memory).reduce((sum, size) => sum + size, 0)).toString(),
  ]);
  return `memory, MiB\n${figures(['minute', ...names, 'all'], rows)}`;
}

function showMishaps({ restarts, outOfMemory }: Mishaps): string {
  const counts = Object.entries(restarts).map(([name, count]) => `${name} ${count}`);
  const ranOut =
    outOfMemory.length === 0 ? '' : pc.red(`\nmore memory than their limit was taken by ${outOfMemory.join(', ')}`);
  return `started again by the engine: ${counts.join(', ') || 'none'}${ranOut}`;
}

/** Only where a service has several. */
function copiesTable(copies: EnduranceReport['copies']): string {
  const several = copies.filter(({ service }) => copies.filter((copy) => copy.service === service).length > 1);
  if (several.length === 0) return '';
  const rows = several.map(({ service, place = '', spool, calls, serials, logins }) => [
    ...[service, place, spool.slice(0, 8)],
    ...[serials.length, logins.length, calls].map(String),
  ]);
  return figures(['copy of', 'container', 'spool', 'SVIDs', 'logins', 'calls allowed'], rows);
}

function counted(what: string, counts: Readonly<Record<string, number>>): string {
  const rows = Object.entries(counts).toSorted(([, a], [, b]) => b - a);
  return rows.length === 0
    ? ''
    : [what, ...rows.map(([text, count]) => `${String(count).padStart(8)} × ${text}`)].join('\n');
}

function figures(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return table([head.map((text) => pc.dim(text)), ...rows.map((row) => [...row])], {
    border: getBorderCharacters('void'),
    drawHorizontalLine: () => false,
    columnDefault: { alignment: 'right', paddingLeft: 0, paddingRight: 2 },
  }).trimEnd();
}

function zero(count: number): string {
  return count === 0 ? pc.green('0') : pc.red(String(count));
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
