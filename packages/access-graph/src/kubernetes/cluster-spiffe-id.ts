import type { AccessGraph } from '../graph.ts';
import { namespace } from '../spiffe-id-of.ts';
import type { WorkloadIdentity } from '../workload-identities.ts';
import type { Manifest } from './manifest.ts';
import { labelsOf } from './places.ts';

/**
 * Has SPIRE's controller manager register a workload's pods. The label finds them; the SVID gets only who in such a pod also
 * runs under the service account, by what the node's kubelet says.
 */
export function clusterSpiffeId(
  { trustDomain }: AccessGraph,
  { name, spiffeId, dnsNames }: WorkloadIdentity,
): Manifest {
  return {
    apiVersion: 'spire.spiffe.io/v1alpha1',
    kind: 'ClusterSPIFFEID',
    // Is in no namespace, so its own name says which system it is of.
    metadata: { name: `${trustDomain}-${namespace}-${name}` },
    spec: {
      spiffeIDTemplate: spiffeId,
      dnsNameTemplates: dnsNames,
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
      podSelector: { matchLabels: labelsOf(name) },
      workloadSelectorTemplates: [`k8s:ns:${namespace}`, `k8s:sa:${name}`],
    },
  };
}
