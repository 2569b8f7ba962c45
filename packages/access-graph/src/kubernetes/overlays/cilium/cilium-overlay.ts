import type { AccessGraph } from '../../../graph.ts';
import { base, type Overlay } from '../overlay.ts';
import { ciliumDefaultDeny, ciliumNetworkPolicy } from './cilium-network-policy.ts';

/**
 * Cilium's own policies in the NetworkPolicies' place. Cilium obeys both kinds and lets through what either does, so beside
 * each other neither could take anything away from the other: a door left open in one would be open.
 */
export function ciliumOverlay(graph: AccessGraph): Overlay {
  return {
    name: 'cilium',
    over: base,
    objects: {
      'cilium-network-policy.yaml': [
        ciliumDefaultDeny(),
        ...graph.workloads.map(({ name }) => ciliumNetworkPolicy(graph, name)),
      ],
    },
    merged: [],
    without: [{ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' }],
  };
}
