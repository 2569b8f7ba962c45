import type { AccessGraph, GraphService } from '../graph.ts';
import { networkDoors } from '../network-doors.ts';
import { oncePerGraph } from '../once-per-graph.ts';
import { identityProvider, ports } from './places.ts';

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

export function servesUsers({ methods }: GraphService): boolean {
  return methods.some(({ callers }) => callers.kind === 'users');
}

/** Whether somebody outside the cluster calls it. */
export function isPublic(service: GraphService): boolean {
  return servesUsers(service) || service.methods.some(({ callers }) => callers.kind === 'third party');
}

/** Whether it listens for HTTPS, besides gRPC. */
export function servesHttps(service: GraphService): boolean {
  return isPublic(service) || service.name === identityProvider;
}

function portsOf(graph: AccessGraph, caller: string, callee: string, ends: Pick<Door, 'caller' | 'callee'>): number[] {
  if (ends.callee.kind === 'outside') return [ports.internet];
  if (ends.caller.kind === 'outside') return [ports.https];
  if (callee === 'vault') return [ports.vault];
  if (callee === 'postgres') return [ports.postgres];
  return callee === identityProvider && caller === graph.entryPoint ? [ports.grpc, ports.https] : [ports.grpc];
}
