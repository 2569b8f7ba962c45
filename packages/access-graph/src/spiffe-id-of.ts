import type { AccessGraph } from './graph.ts';
import { oncePerGraph } from './once-per-graph.ts';

/** Of Kubernetes. Identities have it everywhere, so that they are the same there. */
export const namespace = 'shop';

const namesIn = oncePerGraph((graph): ReadonlySet<string> => new Set(graph.workloads.map(({ name }) => name)));

/** `spiffe://zt.example/ns/shop/sa/order`: the form that Istio and SPIRE on Kubernetes use. */
export function spiffeIdOf<Name extends string>(graph: AccessGraph<Name>, name: NoInfer<Name>): string {
  if (!namesIn(graph).has(name))
    throw new TypeError(`the access graph has no workload ${name}, only ${[...namesIn(graph)].join(', ')}`);
  return `spiffe://${graph.trustDomain}/ns/${namespace}/sa/${name}`;
}
