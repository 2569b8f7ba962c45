import type { AccessGraph, GraphMethod } from './graph.ts';
import { spiffeIdOf } from './spiffe-id-of.ts';

/** Calls with tokens from one workload to another, both as SPIFFE IDs. */
export interface Edge {
  readonly caller: string;
  readonly callee: string;
  /** All that a token from the one to the other may carry. */
  readonly scopes: readonly string[];
}

/** Along which edges a user's token travels. Calls for nobody (keys, token exchange, health) are not among them. */
export function edges(graph: AccessGraph): Edge[] {
  return edgesOf(graph, ({ onBehalfOf, tokenScopes }) =>
    onBehalfOf === 'user' || onBehalfOf === 'user or workload' ? tokenScopes : null,
  );
}

/** Along which edges a workload's own token travels. What the callee calls in turn, it calls in its own name. */
export function workloadEdges(graph: AccessGraph): Edge[] {
  return edgesOf(graph, ({ onBehalfOf, scopes }) =>
    onBehalfOf === 'workload' || onBehalfOf === 'user or workload' ? scopes : null,
  );
}

/** Whether a token for a user may go from the one to the other; both are SPIFFE IDs. */
export function mayCall(graph: AccessGraph, caller: string, callee: string): boolean {
  return edges(graph).some((edge) => edge.caller === caller && edge.callee === callee);
}

/** All that a user's token from the one to the other may carry, none where there is no edge; both are SPIFFE IDs. */
export function scopesAlong(graph: AccessGraph, caller: string, callee: string): readonly string[] {
  return edges(graph).find((edge) => edge.caller === caller && edge.callee === callee)?.scopes ?? [];
}

/** All that a workload's own token for the other one may carry; null where it gets none. Both are SPIFFE IDs. */
export function ownScopesAlong(graph: AccessGraph, caller: string, callee: string): readonly string[] | null {
  return workloadEdges(graph).find((edge) => edge.caller === caller && edge.callee === callee)?.scopes ?? null;
}

function edgesOf(graph: AccessGraph, scopesOf: (method: GraphMethod) => readonly string[] | null): Edge[] {
  const found = new Map<string, { caller: string; callee: string; scopes: Set<string> }>();
  for (const service of graph.services) {
    for (const method of service.methods) {
      const scopes = scopesOf(method);
      if (scopes === null || method.callers.kind !== 'workloads') continue;
      for (const name of method.callers.names) {
        const key = `${name}>${service.name}`;
        const edge = found.get(key) ?? {
          caller: spiffeIdOf(graph, name),
          callee: spiffeIdOf(graph, service.name),
          scopes: new Set<string>(),
        };
        for (const scope of scopes) edge.scopes.add(scope);
        found.set(key, edge);
      }
    }
  }
  return [...found.values()].map((edge) => ({ ...edge, scopes: [...edge.scopes].sort() }));
}
