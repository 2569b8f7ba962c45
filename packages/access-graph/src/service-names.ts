import { accessGraph } from './access-graph.ts';

/** A service of the access graph: what serves methods, and runs wherever a stack does. */
export type ServiceName = (typeof accessGraph)['services'][number]['name'];

/** Every service of the access graph, in its order. */
export const serviceNames: readonly ServiceName[] = accessGraph.services.map(({ name }) => name);

/** Something for each service, by its name. */
export function ofEachService<Value>(value: (name: ServiceName) => Value): Record<ServiceName, Value> {
  return Object.fromEntries(serviceNames.map((name) => [name, value(name)])) as Record<ServiceName, Value>;
}

export function isServiceName(name: string): name is ServiceName {
  return serviceNames.some((known) => known === name);
}
