import { userCalls } from './graph-callers.ts';
import type { GraphSource } from './graph-source.ts';

/**
 * For each method, named as `order.PlaceOrder`: its own scopes, and those of every method that it calls for a user in turn.
 * Each is found once, however many ways lead to it: in a large graph there are more ways than can be walked. For a graph
 * without circles.
 */
export function tokenScopes(source: GraphSource): (method: string) => readonly string[] {
  const own = new Map<string, readonly string[]>(
    Object.entries(source.services).flatMap(([service, { methods }]) =>
      Object.entries(methods).map(([name, { scopes }]) => [`${service}.${name}`, scopes] as const),
    ),
  );
  const callsOf = Map.groupBy(userCalls(source), ({ caller }) => caller);
  const found = new Map<string, ReadonlySet<string>>();

  function scopesFrom(method: string): ReadonlySet<string> {
    const known = found.get(method);
    if (known !== undefined) return known;
    const scopes = new Set(own.get(method));
    for (const { callee } of callsOf.get(method) ?? []) {
      for (const scope of scopesFrom(callee)) scopes.add(scope);
    }
    found.set(method, scopes);
    return scopes;
  }

  return (method) => [...scopesFrom(method)].sort();
}
