import { namespace } from '../spiffe-id-of.ts';
import type { Manifest } from './manifest.ts';

/** Where everything is. The cluster itself refuses a pod that is less hardened than the ones here. */
export function namespaceManifest(): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespace, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
  };
}
