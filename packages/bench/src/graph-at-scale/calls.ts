import { type AccessGraph, type GraphMethod, type GraphService, spiffeIdOf } from '@zt/access-graph';
import type { PolicyInput } from '@zt/kit/authz';

/** Makes calls of a graph's methods, as a service would put them to policy: all is in order but what the caller may not do. */
export interface Calls {
  /** By a workload, for a user who came in at the entry point and by the shortest way to that workload. */
  callOf(service: GraphService, method: GraphMethod, caller: string): PolicyInput;
  /** The workloads on the way from the entry point to one, itself first and the entry point last; empty where no user comes. */
  chainOf(workload: string): readonly string[];
}

export function createCalls(graph: AccessGraph): Calls {
  const callersOf = new Map(graph.services.map((service) => [service.name, callersForUsers(service)]));
  const chains = new Map<string, readonly string[]>();

  function chainOf(workload: string): readonly string[] {
    const known = chains.get(workload) ?? shortestWay(workload, graph.entryPoint, callersOf);
    chains.set(workload, known);
    return known;
  }

  return Object.freeze({
    chainOf,
    callOf(service: GraphService, method: GraphMethod, caller: string): PolicyInput {
      const chain = chainOf(caller).map((name) => spiffeIdOf(graph, name));
      const audience = spiffeIdOf(graph, service.name);
      return {
        version: 1,
        method: method.fullName,
        service: audience,
        peer: spiffeIdOf(graph, caller),
        token:
          method.onBehalfOf === 'nobody'
            ? null
            : { subject: 'alice', roles: [], audience, scopes: method.tokenScopes, chain, blocked: false },
        resource: { amount_minor_units: 100 },
        time: '2026-01-01T12:00:00Z',
        source_address: '127.0.0.1:40000',
        calls_in_window: null,
        users_in_window: null,
      };
    },
  });
}

function callersForUsers({ methods }: GraphService): readonly string[] {
  const forUsers = methods.filter(({ onBehalfOf }) => onBehalfOf === 'user' || onBehalfOf === 'user or workload');
  return [...new Set(forUsers.flatMap(({ callers }) => (callers.kind === 'workloads' ? callers.names : [])))];
}

function shortestWay(
  from: string,
  entryPoint: string,
  callersOf: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  const seen = new Set([from]);
  let ways: (readonly string[])[] = [[from]];
  while (ways.length > 0) {
    const arrived = ways.find((way) => way.at(-1) === entryPoint);
    if (arrived !== undefined) return arrived;
    ways = ways.flatMap((way) =>
      (callersOf.get(way.at(-1) ?? '') ?? [])
        .filter((caller) => !seen.has(caller))
        .map((caller) => {
          seen.add(caller);
          return [...way, caller];
        }),
    );
  }
  return [];
}
