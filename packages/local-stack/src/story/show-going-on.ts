import type { StackKind } from '@zt/e2e/stack-kind';
import { startCommand, ztCommand } from '../stack/zt-command.ts';
import { heading, labelled, paragraph } from './layout.ts';
import type { Style } from './style.ts';
import { wordsOfKind } from './words-of-kind.ts';

export interface Ending {
  readonly kind: StackKind;
  readonly name: string;
  /** Whether everything was as it has to be. */
  readonly passed: boolean;
  /** False where the stack stops with the story. */
  readonly runsOn: boolean;
}

/** The last chapter: how it went, and what to do next. */
export function showGoingOn({ kind, name, passed, runsOn }: Ending, style: Style): string[] {
  const { colors } = style;
  const verdict = passed
    ? colors.green('✔ Everything was as it has to be.')
    : colors.red('✖ NOT everything was as it has to be: see the lines in red, or marked ✖, above.');
  const zt = (words: string): string => colors.bold(ztCommand(words, name));
  const stopping = runsOn ? '' : ` The stack ${name} now stops; it keeps what it knows, and is soon up again.`;
  return [
    ...heading(4, 'How to go on', style),
    ...paragraph(`${verdict}${stopping}`),
    '',
    ...labelled(
      [
        ['start', runsOn ? '' : colors.bold(startCommand('up --detach', { kind, name }))],
        ['order', zt('order --user alice --sku kettle-1l --quantity 1')],
        // The page on which one would type the code is on the networks of the containers.
        ['log in', kind === 'compose' ? '' : zt('login')],
        ['block', zt('users block mallory')],
        ['look', zt('status')],
        ['follow', zt('logs --follow payment')],
        ['new CA', zt('roll-ca')],
        ['stop', zt('down')],
        ['native', colors.bold(wordsOfKind[kind].native)],
        ...wordsOfKind[kind].looking(name),
        ['rules', 'packages/access-graph/src/access-graph.ts says who may call what; packages/policy has the Rego'],
        ['service', 'apps/order/src/main.ts shows what a service needs to take part'],
      ],
      style,
    ),
    '',
  ];
}
