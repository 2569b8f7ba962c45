import { type Attempt, attempts } from '../attempts/index.ts';
import { bypassPaths } from '../bypass/index.ts';

/** What every control is tried with: every fault on a call for a user, and on one of a workload in its own name. */
const always = ['bypass/gateway-order/PlaceOrder/', 'bypass/order-payment/VoidPayment-in-its-own-name/'];

/** The paths that a control is tried with: those that are made for it, and the sample that is the same for all. */
export function pathsFor(
  tries: readonly string[],
  all: readonly Attempt[] = [...bypassPaths, ...attempts],
): readonly Attempt[] {
  return all.filter(({ id }) => [...always, ...tries].some((wanted) => isMeant(id, wanted)));
}

/** `bypass/…/expired` is that fault on every edge, and anything else the beginning of an id. */
function isMeant(id: string, wanted: string): boolean {
  const [start = '', end] = wanted.split('…');
  return end === undefined ? id.startsWith(wanted) : id.startsWith(start) && id.endsWith(end);
}

/** What is left of it where the sample is to do for the faults that are tried on every edge. */
export function withoutEveryEdge(tries: readonly string[]): readonly string[] {
  return tries.filter((wanted) => !wanted.includes('…'));
}
