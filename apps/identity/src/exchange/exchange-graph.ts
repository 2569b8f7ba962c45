/** Along which edges tokens are exchanged, as SPIFFE IDs. */
export interface ExchangeGraph {
  /** Whether users come in there, with tokens of the OpenID Provider. */
  isEntryPoint(workload: string): boolean;
  /** All that a token from the one to the other may carry; null where the one never acts for a user towards the other. */
  scopesAlong(caller: string, callee: string): readonly string[] | null;
}

export interface ExchangeEdge {
  readonly caller: string;
  readonly callee: string;
  readonly scopes: readonly string[];
}

export function createExchangeGraph(edges: Iterable<ExchangeEdge>, entryPoints: Iterable<string>): ExchangeGraph {
  const scopes = new Map(Array.from(edges, (edge) => [`${edge.caller} ${edge.callee}`, edge.scopes]));
  const entries = new Set(entryPoints);
  return {
    isEntryPoint: (workload) => entries.has(workload),
    scopesAlong: (caller, callee) => scopes.get(`${caller} ${callee}`) ?? null,
  };
}
