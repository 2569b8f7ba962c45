import type { AccessGraph } from '../../../graph.ts';
import { toControlPlane } from '../mesh-network-policy.ts';
import { base, type Overlay } from '../overlay.ts';
import { proxies } from './proxies.ts';
import { proxyNetworkPolicies } from './proxy-network-policy.ts';
import { linkerdServers } from './server.ts';

/** A Linkerd mesh in which nothing is let in but by the graph's doors. */
export function linkerdOverlay(graph: AccessGraph): Overlay {
  return {
    name: 'linkerd',
    over: base,
    objects: {
      'network-policy.yaml': [toControlPlane(controlPlane), ...proxyNetworkPolicies(graph)],
      'server.yaml': linkerdServers(graph),
    },
    merged: proxies(graph),
    without: [],
  };
}

/** Where proxies get certificates; where they ask for addresses, and who may call. */
const controlPlane = [
  { namespace: 'linkerd', labels: { 'linkerd.io/control-plane-component': 'identity' }, ports: [8080] },
  { namespace: 'linkerd', labels: { 'linkerd.io/control-plane-component': 'destination' }, ports: [8086, 8090] },
];
