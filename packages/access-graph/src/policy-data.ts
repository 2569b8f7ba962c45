import type { PolicyData, PolicyMethod } from '@zt/kit/authz';
import { edges } from './edges.ts';
import type { AccessGraph, GraphCallers, GraphMethod, GraphService } from './graph.ts';
import { healthMethods } from './methods-of.ts';
import { spiffeIdOf } from './spiffe-id-of.ts';

/** What the policy in `@zt/policy` knows of the system. */
export function policyData(graph: AccessGraph): PolicyData {
  const methods = graph.services.flatMap((service) =>
    service.methods.map((method) => [method.fullName, policyMethod(graph, service, method)] as const),
  );
  return {
    graph: {
      trust_domain: graph.trustDomain,
      methods: Object.fromEntries([...methods, ...healthMethods.map((name) => [name, health(graph)] as const)]),
      entry_points: [spiffeIdOf(graph, graph.entryPoint)],
      edges: callersByCallee(graph),
    },
  };
}

function policyMethod(graph: AccessGraph, service: GraphService, method: GraphMethod): PolicyMethod {
  const { amountLimit: limit, roles, hours, networks, rateLimit, distinctUsers, observe } = method;
  return {
    service: spiffeIdOf(graph, service.name),
    callers: policyCallers(graph, method.callers),
    on_behalf_of: method.onBehalfOf,
    scopes: method.scopes,
    token_scopes: method.tokenScopes,
    record: method.record,
    ...(limit === null ? {} : { amount_limit: { minor_units: limit.minorUnits, role: limit.role } }),
    ...(roles === null ? {} : { roles }),
    ...(method.purpose ? { purpose: true } : {}),
    ...(hours === null ? {} : { hours }),
    ...(networks === null ? {} : { networks }),
    ...(rateLimit === null ? {} : { rate_limit: rateLimit }),
    ...(distinctUsers === null ? {} : { distinct_users: distinctUsers }),
    ...(observe.length === 0 ? {} : { observe }),
  };
}

function policyCallers(
  graph: AccessGraph,
  callers: GraphCallers,
): readonly string[] | 'users' | { readonly third_party: string } {
  switch (callers.kind) {
    case 'users':
      return 'users';
    case 'third party':
      return { third_party: callers.name };
    case 'workloads':
      return callers.names.map((name) => spiffeIdOf(graph, name));
  }
}

/**
 * A service that asks itself learns nothing that it does not know, and its container asks every few seconds, for ever: a
 * record of each would be most of the ledger. Whoever else asks is refused, and is on record.
 */
function health(graph: AccessGraph): PolicyMethod {
  return {
    services: graph.services.map((service) => spiffeIdOf(graph, service.name)),
    callers: 'itself',
    on_behalf_of: 'nobody',
    scopes: [],
    token_scopes: [],
    record: 'refusals',
  };
}

function callersByCallee(graph: AccessGraph): Record<string, string[]> {
  const callers = Object.groupBy(edges(graph), ({ callee }) => callee);
  return Object.fromEntries(
    Object.entries(callers).map(([callee, from]) => [callee, (from ?? []).map(({ caller }) => caller)]),
  );
}
