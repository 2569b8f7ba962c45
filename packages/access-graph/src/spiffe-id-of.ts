import type { AccessGraph } from './graph.ts';

/** Of Kubernetes. Identities have it everywhere, so that they are the same there. */
export const namespace = 'shop';

/** `spiffe://zt.example/ns/shop/sa/order`: the form that Istio and SPIRE on Kubernetes use. */
export function spiffeIdOf<Name extends string>(graph: AccessGraph<Name>, name: NoInfer<Name>): string {
  if (!graph.workloads.some((workload) => workload.name === name))
    throw new TypeError(`the access graph has no ${name}`);
  return `spiffe://${graph.trustDomain}/ns/${namespace}/sa/${name}`;
}
