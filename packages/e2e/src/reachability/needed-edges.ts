import { accessGraph, networkDoors, serviceNeeds } from '@zt/access-graph';

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
  ...accessGraph.services
    .filter((service) => {
      const { https, thirdParties } = serviceNeeds(accessGraph, service);
      return thirdParties.length > 0 || https.includes('third parties');
    })
    .map(({ name }) => name),
];

/** Every connection between containers that the access graph asks for. */
export function neededEdges(): NeededEdge[] {
  const byGraph = networkDoors(accessGraph).flatMap(({ callee, callers }) =>
    callers.map((caller) => ({ caller, callee })),
  );
  return [...byGraph, ...ofTheStack];
}
