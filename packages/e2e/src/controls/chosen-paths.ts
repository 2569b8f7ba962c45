import { type Attempt, attempts } from '../attempts/index.ts';
import type { Control } from './control.ts';

/** What every control is tried with: the whole access matrix, and what people wrote that takes no time. */
const always = ['edge/', 'token/', 'handshake/', 'exchange/', 'business/', 'notice/', 'database/', 'vault/', 'policy/'];
const ofTheLedger = ['ledger/record-'];
/** These call until a limit is reached, or block a user for a while: for whom it concerns. */
const slow = ['policy/rate', 'policy/too-many', 'policy/blocked'];

/** The paths that a control is tried with, in the order of the list. */
export function pathsFor({ tries = [] }: Pick<Control, 'tries'>, all: readonly Attempt[] = attempts): Attempt[] {
  const beginsWith = (id: string, prefixes: readonly string[]) => prefixes.some((prefix) => id.startsWith(prefix));
  return all.filter(({ id }) => {
    if (tries.some((wanted) => isMeant(id, wanted))) return true;
    return beginsWith(id, [...always, ...ofTheLedger]) && !beginsWith(id, slow);
  });
}

/** `bypass/…/expired` is that fault on every edge, and anything else the beginning of an id. */
function isMeant(id: string, wanted: string): boolean {
  const [start = '', end] = wanted.split('…');
  return end === undefined ? id.startsWith(wanted) : id.startsWith(start) && id.endsWith(end);
}
