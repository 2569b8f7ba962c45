import type { AccessGraph } from '../../../graph.ts';
import { toControlPlane } from '../mesh-network-policy.ts';
import { base, type Overlay } from '../overlay.ts';
import { authorizationPolicies, inDryRun } from './authorization-policy.ts';
import { peerAuthentication } from './peer-authentication.ts';
import { sidecars } from './sidecars.ts';

/**
 * Three steps into an Istio mesh with sidecars. The first: everybody gets one, and who has none is still let in. The second:
 * the policies are there, and say what they would refuse. The third: who has no sidecar, or no edge, is refused.
 */
export function istioOverlays(graph: AccessGraph): Overlay[] {
  const permissive: Overlay = {
    name: 'istio-permissive',
    over: base,
    objects: {
      'network-policy.yaml': [toControlPlane([istiod])],
      'peer-authentication.yaml': [peerAuthentication('PERMISSIVE')],
    },
    merged: sidecars(graph),
    without: [],
  };
  const over = `../${permissive.name}`;
  return [
    permissive,
    {
      name: 'istio-dry-run',
      over,
      objects: { 'authorization-policy.yaml': authorizationPolicies(graph).map(inDryRun) },
      merged: [],
      without: [],
    },
    {
      name: 'istio-strict',
      over,
      objects: { 'authorization-policy.yaml': authorizationPolicies(graph) },
      merged: [peerAuthentication('STRICT')],
      without: [],
    },
  ];
}

/** Certificates and configuration of all proxies come from one port. */
const istiod = { namespace: 'istio-system', labels: { app: 'istiod' }, ports: [15012] };
