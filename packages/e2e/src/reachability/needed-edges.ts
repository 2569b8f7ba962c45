import { accessGraph, networkDoors } from '@zt/access-graph';

/** One part of the stack that has to reach another; both as the compose file names them. */
export interface NeededEdge {
  readonly caller: string;
  readonly callee: string;
}

/** What the access graph knows nothing of: from here identities come. */
const ofTheStack: readonly NeededEdge[] = [{ caller: 'spire-agent', callee: 'spire-server' }];

/** Whoever is to be reached on the internet, and who has to do with them there. */
export const onTheInternet: readonly string[] = [
  ...accessGraph.thirdParties,
  ...accessGraph.services.filter(({ apiKeysOf }) => apiKeysOf.length > 0).map(({ name }) => name),
];

/** Every connection between containers that the access graph asks for. */
export function neededEdges(): NeededEdge[] {
  const byGraph = networkDoors(accessGraph).flatMap(({ callee, callers }) =>
    callers.map((caller) => ({ caller, callee })),
  );
  return [...byGraph, ...ofTheStack];
}
