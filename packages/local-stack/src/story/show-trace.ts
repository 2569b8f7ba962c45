import type { DecisionRecord } from '@zt/kit/audit';
import { callerOf, showHop } from './show-hop.ts';
import { methodName, spellWorkload } from './spell.ts';
import type { Style } from './style.ts';

/** All hops of one request. What identity was asked for between them takes one dim line each where it was allowed. */
export function showTrace(records: readonly DecisionRecord[], style: Style): string[] {
  let number = 0;
  return records.flatMap((record, index) => {
    if (isPreparation(record)) return [showPreparation(record, records.slice(index + 1), style)];
    number += 1;
    return [...showHop(number, record, style), ''];
  });
}

/** The first that was refused; undefined where none was. */
export function refusedHop(records: readonly DecisionRecord[]): DecisionRecord | undefined {
  return records.find(({ allowed }) => !allowed);
}

const preparations = ['ExchangeToken', 'GetSigningKeys'];

function isPreparation({ method, allowed }: DecisionRecord): boolean {
  return allowed && preparations.includes(methodName(method));
}

/** A caller exchanges a token for its next call, so that call says whom the token is for. */
function showPreparation(record: DecisionRecord, later: readonly DecisionRecord[], style: Style): string {
  const caller = callerOf(record, { verbose: false });
  const next = later.find(
    ({ peer, method }) => peer?.spiffeId === record.peer?.spiffeId && !preparations.includes(methodName(method)),
  );
  const aim = next === undefined ? 'the next service' : spellWorkload(next.service, { verbose: false });
  const text =
    methodName(record.method) === 'ExchangeToken'
      ? `${caller} has identity exchange the token that it got for one for ${aim}`
      : `${caller} gets identity's signing keys`;
  return style.colors.dim(`      ${text}`);
}
