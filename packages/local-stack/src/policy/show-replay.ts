import { listing } from '../story/layout.ts';
import { showable } from '../story/spell.ts';
import type { Style } from '../story/style.ts';
import type { Flip, ReplayReport } from './replay-report.ts';

/** What would be decided otherwise, as people read it, and what of the ledger says nothing about that. */
export function showReplay(report: ReplayReport, style: Style): string[] {
  const { candidate, decisions, reproduced, flips, untold, leftOut } = report;
  const { bold, dim, green } = style.colors;
  const calls = flips.reduce((sum, flip) => sum + flip.calls, 0);
  return [
    `${spell(decisions, 'decision')}, ${spell(reproduced)} of them made again as they are on record; tried on policy ${candidate}`,
    '',
    ...(flips.length === 0
      ? [green('✔ None of them would be decided otherwise.')]
      : [bold(`${spell(calls, 'call')} would be decided otherwise`), ...flipTable(flips, style)]),
    ...section(bold('What the policy would say is not known of'), [
      ...listed(
        ['  caller', 'method', 'calls', 'because', 'such as decision'],
        untold.map(({ caller, method, calls, why, decisionId }) => [
          `  ${showable(caller)}`,
          showable(method),
          spell(calls),
          why,
          decisionId,
        ]),
        style,
      ),
    ]),
    ...section(
      dim('Left out'),
      listed(
        ['  decisions', 'because', 'such as decision'],
        leftOut.map(({ why, decisions, decisionId }) => [`  ${spell(decisions)}`, words[why] ?? why, decisionId]),
        style,
      ),
    ),
  ];
}

/** In the order in which a ledger is likely to have them. */
const words: Readonly<Record<string, string>> = {
  handshake: 'a handshake: policy has no part in it',
  bundle: 'a policy bundle, and no call',
  'inside a method': 'refused inside an allowed call: policy was asked before, and that decision is one of the others',
  'input not kept': 'on record since before the ledger kept what policy saw',
  'policy not found': 'the policy that made it is in no commit of this checkout',
  'not reproduced': 'the policy that made it says something else now: look at it',
};

function flipTable(flips: readonly Flip[], style: Style): string[] {
  const { red, green } = style.colors;
  return listed(
    ['  caller', 'method', 'calls', 'would be', 'because', 'such as decision'],
    flips.map(({ caller, method, calls, to, because, decisionId }) => [
      `  ${showable(caller)}`,
      showable(method),
      spell(calls),
      to === 'refused' ? red('refused') : green('allowed'),
      `${to === 'refused' ? '' : 'no longer '}${because.map(showable).join(', ')}`,
      decisionId,
    ]),
    style,
  );
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines];
}

function listed(head: readonly string[], rows: readonly (readonly string[])[], style: Style): string[] {
  return rows.length === 0 ? [] : listing(head, rows, style).split('\n');
}

function spell(count: number, noun = ''): string {
  const number = count.toLocaleString('en-GB');
  return noun === '' ? number : `${number} ${noun}${count === 1 ? '' : 's'}`;
}
