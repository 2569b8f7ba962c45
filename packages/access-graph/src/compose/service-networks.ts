import type { AccessGraph, GraphService } from '../graph.ts';
import { serviceNeeds } from '../service-needs.ts';
import { hostOf, publicHostOf } from './places.ts';

/** A network that a container is on, and the name by which it is known there, if any. */
export interface NetworkMembership {
  readonly network: string;
  readonly alias: string | null;
}

/** The one network with a way out. */
export const internet = 'internet';

/**
 * The networks of a service's container: its own, the internet where third parties are, and those of the parts that it
 * calls. Vault and Postgres come last.
 */
export function networksOf(graph: AccessGraph, service: GraphService): NetworkMembership[] {
  const { callees, database, https, thirdParties } = serviceNeeds(graph, service);
  const isCalledFromOutside = https.includes('third parties');
  const others = [...callees.filter((name) => name !== service.name), ...(database ? ['vault', 'postgres'] : [])];
  return [
    { network: service.name, alias: hostOf(service.name) },
    ...(isCalledFromOutside || thirdParties.length > 0
      ? [{ network: internet, alias: isCalledFromOutside ? publicHostOf(graph, service.name) : null }]
      : []),
    ...others.map((network) => ({ network, alias: null })),
  ];
}
