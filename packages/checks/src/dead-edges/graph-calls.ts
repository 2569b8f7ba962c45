import type { AccessGraph, GraphMethod } from '@zt/access-graph';

/** Where the graph is written. */
export const graphFile = 'packages/access-graph/src/access-graph.ts';

/** A method of the graph, with the service that has it. */
export interface MethodOfService {
  readonly service: string;
  readonly api: string;
  readonly method: GraphMethod;
}

export function methodsOfServices(graph: AccessGraph): MethodOfService[] {
  return graph.services.flatMap(({ name, methods }) =>
    methods.map((method) => ({ service: name, api: apiOf(method.fullName), method })),
  );
}

/** Only workloads call over gRPC; people and third parties come over HTTPS. */
export function isRpc({ method }: MethodOfService): boolean {
  return method.callers.kind === 'workloads';
}

/** The workloads that a method lists as callers, not those that follow from the rest of the graph. */
export function namedWorkloads({ calledFrom }: GraphMethod): string[] {
  return [...new Set(calledFrom.map((caller) => caller.split('.', 1)[0] ?? caller))];
}

/** `order.v1.OrderService` of `/order.v1.OrderService/PlaceOrder`. */
export function apiOf(fullName: string): string {
  return fullName.split('/')[1] ?? fullName;
}

/** `PlaceOrder` of `/order.v1.OrderService/PlaceOrder`. */
export function lastNameOf(fullName: string): string {
  return fullName.split('/')[2] ?? fullName;
}

/** `OrderServiceService`: what ts-proto calls the definition of `order.v1.OrderService`. */
export function definitionOf(api: string): string {
  return `${api.split('.').at(-1)}Service`;
}
