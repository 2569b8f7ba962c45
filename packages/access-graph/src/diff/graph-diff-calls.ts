import { type Edge, edges, workloadEdges } from '../edges.ts';
import { shownName } from '../find-method.ts';
import type { AccessGraph, GraphMethod } from '../graph.ts';
import { changesOfLists, type GraphChange, less, more } from './graph-change.ts';

/** Who may call what for whom, from which methods, and what the tokens for that may carry. */
export function changesOfCalls(before: AccessGraph, after: AccessGraph): GraphChange[] {
  return [
    ...changesOfLists(permissionsIn(before), permissionsIn(after), {
      added: (permission) => more(permission.replace('|', 'may now')),
      removed: (permission) => less(permission.replace('|', 'may no longer')),
    }),
    ...changesOfOrigins(before, after),
    ...changesOfTokens(edges(before), edges(after), 'for users'),
    ...changesOfTokens(workloadEdges(before), workloadEdges(after), 'in its own name'),
  ];
}

/** `order | call payment/AuthorizePayment for a user`; both names together are one permission. */
function permissionsIn(graph: AccessGraph): string[] {
  return methodsIn(graph).flatMap((method) =>
    callersOf(method).flatMap((caller) =>
      behalvesOf(method).map((behalf) => `${caller} | call ${shownName(method)}${behalf}`),
    ),
  );
}

function callersOf({ callers }: GraphMethod): readonly string[] {
  switch (callers.kind) {
    case 'users':
      return ['users'];
    case 'third party':
      return [callers.name];
    case 'workloads':
      return callers.names;
  }
}

function behalvesOf({ callers, onBehalfOf }: GraphMethod): readonly string[] {
  switch (onBehalfOf) {
    case 'user':
      return callers.kind === 'users' ? [''] : [' for a user'];
    case 'workload':
      return [' in its own name'];
    case 'user or workload':
      return [' for a user', ' in its own name'];
    case 'third party':
      return [' with what it signs'];
    case 'nobody':
      return [' without a token'];
  }
}

/** From which of its methods a workload calls that may call before and after: tokens for those methods carry more or less. */
function changesOfOrigins(before: AccessGraph, after: AccessGraph): GraphChange[] {
  // Older revisions did not keep it.
  if (!methodsIn(before).some(({ calledFrom }) => calledFrom.length > 0)) return [];
  const byName = new Map(methodsIn(before).map((method) => [method.shortName, method]));
  return methodsIn(after).flatMap((method) => {
    const known = byName.get(method.shortName);
    if (known === undefined) return [];
    const inBoth = (origin: string): boolean => {
      const workload = origin.split('.', 1)[0] ?? origin;
      return [known, method].every((each) => callersOf(each).includes(workload)) && origin.includes('.');
    };
    return changesOfLists(known.calledFrom.filter(inBoth), method.calledFrom.filter(inBoth), {
      added: (origin) => more(`${origin.replace('.', '/')} now calls ${shownName(method)} too`),
      removed: (origin) => less(`${origin.replace('.', '/')} no longer calls ${shownName(method)}`),
    });
  });
}

function changesOfTokens(before: readonly Edge[], after: readonly Edge[], behalf: string): GraphChange[] {
  const scopesIn = (all: readonly Edge[]) =>
    all.flatMap(({ caller, callee, scopes }) =>
      scopes.map((scope) => `from ${nameOf(caller)} to ${nameOf(callee)} ${behalf} may|carry ${scope}`),
    );
  return changesOfLists(scopesIn(before), scopesIn(after), {
    added: (token) => more(`a token ${token.replace('may|', 'may now ')}`),
    removed: (token) => less(`a token ${token.replace('may|', 'may no longer ')}`),
  });
}

function methodsIn(graph: AccessGraph): readonly GraphMethod[] {
  return graph.services.flatMap(({ methods }) => methods);
}

function nameOf(spiffeId: string): string {
  return spiffeId.slice(spiffeId.lastIndexOf('/') + 1);
}
