import type { AccessGraph, GraphMethod, GraphService } from '../graph.ts';

/** Who may be at the other end of a call, as the graph says it: a workload, anybody with a user's token, a third party. */
export type EdgeCaller =
  | { readonly kind: 'workload'; readonly name: string }
  | { readonly kind: 'users' }
  | { readonly kind: 'third party'; readonly name: string };

/** One caller and one method that it may call. */
export interface DeclaredEdge {
  readonly caller: EdgeCaller;
  readonly service: GraphService;
  readonly method: GraphMethod;
  /** The caller's methods that the graph names, as `order.PlaceOrder`; none where the workload as such may call. */
  readonly from: readonly string[];
}

/** Every edge of the graph, those included that nobody lists since they follow from the others. Health is not among them. */
export function declaredEdges(graph: AccessGraph): DeclaredEdge[] {
  return graph.services.flatMap((service) =>
    service.methods.flatMap((method) =>
      callersOf(method).map((caller) => ({ caller, service, method, from: methodsFrom(caller, method) })),
    ),
  );
}

/** `order`, `card-network`, or `users`. */
export function callerName(caller: EdgeCaller): string {
  switch (caller.kind) {
    case 'users':
      return 'users';
    case 'third party':
    case 'workload':
      return caller.name;
  }
}

function callersOf({ callers }: GraphMethod): EdgeCaller[] {
  switch (callers.kind) {
    case 'users':
      return [{ kind: 'users' }];
    case 'third party':
      return [{ kind: 'third party', name: callers.name }];
    case 'workloads':
      return callers.names.map((name) => ({ kind: 'workload', name }));
  }
}

function methodsFrom(caller: EdgeCaller, { calledFrom }: GraphMethod): string[] {
  if (caller.kind !== 'workload') return [];
  return calledFrom.filter((name) => name.startsWith(`${caller.name}.`));
}
