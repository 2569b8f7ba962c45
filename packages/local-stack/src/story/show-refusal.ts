import type { Attempt, Evidence } from '@zt/e2e/attempts';
import type { StackKind } from '@zt/e2e/stack-kind';
import { identityProviders } from '../surroundings/identity-provider.ts';
import { labelled } from './layout.ts';
import type { Style } from './style.ts';
import { wordsOfKind } from './words-of-kind.ts';

/** What came of an attempt; `error` where it could not even be made. */
export type AttemptOutcome =
  | { readonly kind: 'refused_as_expected' | 'not_as_expected'; readonly evidence: Evidence }
  | { readonly kind: 'error'; readonly message: string };

export interface TriedAttempt {
  /** Of the stack on which it was tried. */
  readonly kind: StackKind;
  readonly attempt: Pick<Attempt, 'title' | 'to' | 'expected'>;
  /** What one learns from it, in a sentence. */
  readonly lesson: string;
  readonly outcome: AttemptOutcome;
}

/** A refusal: what was tried, who refused, what the one who tried was told, and what the ledger knows. */
export function showRefusal(number: number, tried: TriedAttempt, style: Style): string[] {
  const { colors } = style;
  const { attempt, outcome } = tried;
  const asExpected = outcome.kind === 'refused_as_expected';
  const verdict = asExpected ? colors.green('✔ refused') : colors.red('✖ NOT AS EXPECTED');
  const head = [` ${String(number).padStart(2)}.  ${colors.bold(attempt.title)}`, `      ${verdict}`];
  return [...head, ...labelled(rowsOf(tried, style), style)];
}

function rowsOf({ kind, attempt, outcome, lesson }: TriedAttempt, { colors }: Style): [label: string, text: string][] {
  switch (outcome.kind) {
    case 'error':
      return [['trouble', colors.red(`it could not be tried: ${outcome.message}`)]];
    case 'refused_as_expected':
      return [
        ['lesson', lesson],
        ['refused by', attempt.to],
        ['was told', told(outcome.evidence)],
        ['recorded', outcome.evidence.reasons.join(', ')],
        ['where', whereOf(kind, outcome.evidence)],
      ];
    case 'not_as_expected': {
      const { code, reasons } = attempt.expected;
      return [
        ['expected', colors.red(`${code}, recorded ${reasons.join(', ') || 'as allowed'}`)],
        ['was told', colors.red(told(outcome.evidence))],
        ['recorded', colors.red(outcome.evidence.reasons.join(', ') || 'no reason')],
        ['where', colors.red(whereOf(kind, outcome.evidence))],
      ];
    }
  }
}

/** Without what gRPC leaves empty. */
function told({ code, message }: Evidence): string {
  const said = message.replace(/ Resolution note:\s*$/, '');
  return said === '' ? code : `${code}: ${said}`;
}

/** `order, decision 0b1c…` is the ledger's; a log is named by its owner. */
function whereOf(kind: StackKind, { recordedBy }: Evidence): string {
  if (recordedBy === null) return 'nowhere';
  const [, service, decision] = /^([a-z]+), decision (\S+)$/.exec(recordedBy) ?? [];
  const words = wordsOfKind[kind];
  if (service !== undefined && decision !== undefined) return words.decisionAt(service, decision);
  const process = processes[recordedBy];
  return process === undefined ? recordedBy : `${recordedBy}: ${words.logAt(process)}`;
}

/** Whose logs they are. */
const processes: Readonly<Record<string, string>> = {
  "Postgres's log": 'postgres',
  ...Object.fromEntries(Object.values(identityProviders).map(({ name, process }) => [`${name}'s log`, process])),
};
