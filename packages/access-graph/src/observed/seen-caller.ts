import type { DecisionRecord } from '@zt/kit/audit';
import type { AccessGraph, GraphMethod } from '../graph.ts';
import { spiffeIdOf } from '../spiffe-id-of.ts';

/** Who made a call, as far as it proved that. */
export type SeenCaller =
  | { readonly kind: 'workload'; readonly name: string }
  | { readonly kind: 'users'; readonly user: string }
  | { readonly kind: 'third party'; readonly name: string }
  /** Has shown neither a certificate nor a token that is worth anything. */
  | { readonly kind: 'somebody'; readonly address: string };

/** Gives who made a call: workloads of the graph by their name, others by their whole SPIFFE ID. */
export function createCallerReader(
  graph: AccessGraph,
): (record: Pick<DecisionRecord, 'peer' | 'token' | 'address'>, method: GraphMethod | undefined) => SeenCaller {
  const names = new Map(graph.workloads.map(({ name }) => [spiffeIdOf(graph, name), name]));
  return ({ peer, token, address }, method) => {
    if (peer !== null) return { kind: 'workload', name: names.get(peer.spiffeId) ?? peer.spiffeId };
    if (token === null) return { kind: 'somebody', address: hostOf(address) };
    const callers = method?.callers;
    if (callers?.kind === 'third party') return { kind: 'third party', name: token.subject };
    return { kind: 'users', user: token.subject };
  };
}

/** Without the port, which is another one for each connection. */
function hostOf(address: string): string {
  return address.replace(/:\d+$/, '');
}
