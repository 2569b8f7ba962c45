import type { AccessGraph, GraphService } from '../graph.ts';
import { networkDoors } from '../network-doors.ts';
import { oncePerGraph } from '../once-per-graph.ts';
import { httpsClientsOf, identityProvider } from '../service-needs.ts';
import { ports } from './places.ts';

/** One end of a connection: a workload of the graph, or whoever is outside the cluster. */
export type Place = { readonly kind: 'workload'; readonly name: string } | { readonly kind: 'outside' };

/** Who opens connections to whom, and at which ports. */
export interface Door {
  readonly caller: Place;
  readonly callee: Place;
  readonly ports: readonly number[];
}

/** The network's doors with their ports, and the one for users: what a NetworkPolicy has to let through, and all of it. */
export const doors = oncePerGraph((graph): readonly Door[] => {
  const place = (name: string): Place =>
    graph.thirdParties.includes(name) ? { kind: 'outside' } : { kind: 'workload', name };
  const fromUsers = graph.services.filter(servesUsers).map(
    ({ name }): Door => ({
      caller: { kind: 'outside' },
      callee: { kind: 'workload', name },
      ports: [ports.https],
    }),
  );
  const named = networkDoors(graph).flatMap(({ callee, callers }) =>
    callers.map((caller): Door => {
      const ends = { caller: place(caller), callee: place(callee) };
      return { ...ends, ports: portsOf(graph, caller, callee, ends) };
    }),
  );
  return [...fromUsers, ...named];
});

/** Whether somebody outside the cluster calls it. */
export function isPublic(service: GraphService): boolean {
  return httpsClientsOf(service).some((client) => client !== 'clients of OpenID Connect');
}

/** Whether it listens for HTTPS, besides gRPC. */
export function servesHttps(service: GraphService): boolean {
  return httpsClientsOf(service).length > 0;
}

function servesUsers(service: GraphService): boolean {
  return httpsClientsOf(service).includes('users');
}

function portsOf(graph: AccessGraph, caller: string, callee: string, ends: Pick<Door, 'caller' | 'callee'>): number[] {
  if (ends.callee.kind === 'outside') return [ports.internet];
  if (ends.caller.kind === 'outside') return [ports.https];
  if (callee === 'vault') return [ports.vault];
  if (callee === 'postgres') return [ports.postgres];
  return callee === identityProvider && caller === graph.entryPoint ? [ports.grpc, ports.https] : [ports.grpc];
}
