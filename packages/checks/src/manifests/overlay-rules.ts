import type { AccessGraph } from '@zt/access-graph';
import type { Connection } from './connection.ts';
import { wantedInMesh, wantedInNetwork } from './wanted-connections.ts';

/** What has to hold of an overlay, besides that it builds and that its objects are valid. */
export interface OverlayRules {
  readonly networkPolicies: 'NetworkPolicy' | 'CiliumNetworkPolicy';
  /** What the network lets through in it. */
  readonly network: readonly Connection[];
  readonly mesh: 'Istio' | 'Linkerd' | null;
  /** How many of Istio's policies are there in which way. */
  readonly istio?: { readonly mode: 'PERMISSIVE' | 'STRICT'; readonly policies: 'none' | 'dry run' | 'enforced' };
}

/** The rules of each overlay, by its folder's name: a folder without rules is a fault, and so are rules without a folder. */
export function overlayRules(graph: AccessGraph): Readonly<Record<string, OverlayRules>> {
  const network = wantedInNetwork(graph);
  const everyPod = [...graph.workloads.map(({ name }) => name), 'a pod without labels'];
  const toAll = (callee: string, ports: readonly number[]): Connection[] =>
    everyPod.flatMap((caller) => ports.map((port) => ({ caller, callee, port })));
  const withIstio = [...network, ...toAll('istiod', [15012]), ...toAll('the DNS', [53])];
  const withLinkerd = [
    ...network,
    ...wantedInMesh(graph).map((each) => ({ ...each, port: 4143 })),
    ...toAll("Linkerd's identity", [8080]),
    ...toAll("Linkerd's destination", [8086, 8090]),
    ...toAll('the DNS', [53]),
  ];
  const inIstio = { networkPolicies: 'NetworkPolicy', network: withIstio, mesh: 'Istio' } as const;
  return {
    plain: { networkPolicies: 'NetworkPolicy', network, mesh: null },
    'istio-permissive': { ...inIstio, istio: { mode: 'PERMISSIVE', policies: 'none' } },
    'istio-dry-run': { ...inIstio, istio: { mode: 'PERMISSIVE', policies: 'dry run' } },
    'istio-strict': { ...inIstio, istio: { mode: 'STRICT', policies: 'enforced' } },
    linkerd: { networkPolicies: 'NetworkPolicy', network: withLinkerd, mesh: 'Linkerd' },
    cilium: { networkPolicies: 'CiliumNetworkPolicy', network, mesh: null },
  };
}
