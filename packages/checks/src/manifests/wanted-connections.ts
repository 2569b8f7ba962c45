import { type AccessGraph, networkDoors } from '@zt/access-graph';
import type { Connection } from './connection.ts';

const outside = 'the internet';

/** What the graph comes to between workloads, with each port said here once more. */
export function wantedInMesh(graph: AccessGraph): Connection[] {
  const between = networkDoors(graph).flatMap(({ callee, callers }) =>
    callers.filter(isNot(graph.thirdParties)).map((caller) => ({ caller, callee, port: portOf(callee) })),
  );
  const providersKeys = { caller: graph.entryPoint, callee: 'identity', port: 8444 };
  return [...between.filter(({ callee }) => isNot(graph.thirdParties)(callee)), providersKeys];
}

/** The same with whoever is outside, and with the cluster's DNS for all that call somebody. */
export function wantedInNetwork(graph: AccessGraph): Connection[] {
  const called = networkDoors(graph).flatMap(({ callee, callers }) => callers.map((caller) => ({ caller, callee })));
  const isThirdParty = (name: string): boolean => graph.thirdParties.includes(name);
  const callers = new Set(called.map(({ caller }) => caller).filter((name) => !isThirdParty(name)));
  return [
    ...wantedInMesh(graph),
    { caller: outside, callee: graph.entryPoint, port: 8444 },
    ...called
      .filter(({ caller }) => isThirdParty(caller))
      .map(({ callee }) => ({ caller: outside, callee, port: 8444 })),
    ...called
      .filter(({ callee }) => isThirdParty(callee))
      .map(({ caller }) => ({ caller, callee: outside, port: 443 })),
    ...[...callers].map((caller) => ({ caller, callee: 'the DNS', port: 53 })),
  ];
}

function portOf(callee: string): number {
  return { vault: 8200, postgres: 5432 }[callee] ?? 8443;
}

function isNot(names: readonly string[]): (name: string) => boolean {
  return (name) => !names.includes(name);
}
