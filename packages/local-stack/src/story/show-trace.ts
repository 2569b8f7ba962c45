import type { DecisionRecord } from '@zt/kit/audit';
import { callerOf, showHop } from './show-hop.ts';
import { methodName, showableParts, spellWorkload } from './spell.ts';
import type { Style } from './style.ts';

/** All hops of one request. What identity was asked for between them takes one dim line each where it was allowed. */
export function showTrace(records: readonly DecisionRecord[], style: Style): string[] {
  let number = 0;
  return records.map(showableParts).flatMap((record) => {
    if (isPreparation(record)) return [style.colors.dim(`      ${spellPreparation(record)}`)];
    number += 1;
    return [...showHop(number, record, style), ''];
  });
}

/** The first that was refused; undefined where none was. */
export function refusedHop(records: readonly DecisionRecord[]): DecisionRecord | undefined {
  return records.find(({ allowed }) => !allowed);
}

const preparations = ['ExchangeToken', 'IssueWorkloadToken', 'GetSigningKeys'];

function isPreparation({ method, allowed }: DecisionRecord): boolean {
  return allowed && preparations.includes(methodName(method));
}

function spellPreparation(record: DecisionRecord): string {
  const caller = callerOf(record, { verbose: false });
  const audience = spellWorkload(String(record.resource.audience), { verbose: false });
  switch (methodName(record.method)) {
    case 'ExchangeToken':
      return `${caller} exchanges its token at identity for one for ${audience}`;
    case 'IssueWorkloadToken':
      return `${caller} gets a token in its own name at identity, for ${audience}`;
    default:
      return `${caller} gets identity's signing keys`;
  }
}
