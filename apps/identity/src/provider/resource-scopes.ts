import { type AccessGraph, spiffeIdOf } from '@zt/access-graph';

/** For whom users get access tokens, by SPIFFE ID: the entry point, with all that its methods and those behind them need. */
export function resourceScopes(graph: AccessGraph): ReadonlyMap<string, readonly string[]> {
  const entry = graph.services.find(({ name }) => name === graph.entryPoint);
  const scopes = new Set(entry?.methods.flatMap((method) => method.tokenScopes));
  return new Map([[spiffeIdOf(graph, graph.entryPoint), [...scopes].toSorted()]]);
}
