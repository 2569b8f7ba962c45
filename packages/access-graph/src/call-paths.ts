import { shownName } from './find-method.ts';
import type { AccessGraph, GraphMethod } from './graph.ts';

/** How a call of a method comes about, from who begins: `a user`, `gateway/PlaceOrder`, `order/PlaceOrder`. */
export type CallPath = readonly string[];

/** Who begins where people do. */
export const someUser = 'a user';

/**
 * The ways in which a call of this method comes about, up to `most` of them: in a large graph there may be very many. Ends,
 * because a graph has no circles.
 */
export function callPaths(graph: AccessGraph, method: GraphMethod, most = Number.POSITIVE_INFINITY): CallPath[] {
  const found: CallPath[] = [];
  for (const path of pathsTo(methodsByName(graph), method)) {
    if (found.length >= most) break;
    found.push(path);
  }
  return found;
}

function* pathsTo(methods: ReadonlyMap<string, GraphMethod>, method: GraphMethod): Generator<CallPath> {
  const here = shownName(method);
  for (const caller of callersOf(method)) {
    const found = methods.get(caller);
    if (found === undefined) yield [caller, here];
    else for (const path of pathsTo(methods, found)) yield [...path, here];
  }
}

/** Methods where the graph says which, workloads where it does not. */
function callersOf({ callers, calledFrom }: GraphMethod): readonly string[] {
  switch (callers.kind) {
    case 'users':
      return [someUser];
    case 'third party':
      return [callers.name];
    case 'workloads':
      return calledFrom.length > 0 ? calledFrom : callers.names;
  }
}

/** What a method calls in turn, by the graph's word, each once. */
export function callsFrom(graph: AccessGraph, shortName: string): GraphMethod[] {
  return graph.services.flatMap(({ methods }) => methods.filter(({ calledFrom }) => calledFrom.includes(shortName)));
}

function methodsByName(graph: AccessGraph): Map<string, GraphMethod> {
  return new Map(graph.services.flatMap(({ methods }) => methods.map((method) => [method.shortName, method])));
}
