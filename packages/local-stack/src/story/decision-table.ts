import type { DecisionRecord } from '@zt/kit/audit';
import { listing } from './layout.ts';
import { callerOf } from './show-hop.ts';
import { methodName, showableParts, spellWorkload, timeOfDay } from './spell.ts';
import type { Style } from './style.ts';

const head = ['time', 'caller', 'decided by', 'method', 'on behalf of', 'verdict', 'decision'];

/** Decisions as a list, one line each, in the order in which they are given. */
export function decisionTable(records: readonly DecisionRecord[], style: Style): string {
  return listing(
    head,
    records.map((record) => rowOf(showableParts(record), style)),
    style,
  );
}

function rowOf(record: DecisionRecord, style: Style): string[] {
  const { colors } = style;
  const subject = record.token?.subject ?? '';
  return [
    `${record.time.slice(0, 10)} ${timeOfDay(new Date(record.time), style)}`,
    callerOf(record, style),
    spellWorkload(record.service, style),
    record.kind === 'call' ? methodName(record.method) : record.kind,
    spellWorkload(subject, style),
    record.allowed ? colors.green('allowed') : colors.red(`refused: ${record.reasons.join(', ')}`),
    record.decisionId,
  ];
}
