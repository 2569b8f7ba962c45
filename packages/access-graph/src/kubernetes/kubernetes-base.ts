import type { WholeFile } from '../generation/generated-file.ts';
import type { AccessGraph, GraphService } from '../graph.ts';
import { workloadIdentities } from '../workload-identities.ts';
import { clusterSpiffeId } from './cluster-spiffe-id.ts';
import { deployment } from './deployment.ts';
import { horizontalPodAutoscaler } from './horizontal-pod-autoscaler.ts';
import { described, type Manifest, manifestFile } from './manifest.ts';
import { namespaceManifest } from './namespace.ts';
import { defaultDeny, networkPolicy } from './network-policy.ts';
import { podDisruptionBudget } from './pod-disruption-budget.ts';
import { headlessService, publicServices } from './service.ts';
import { serviceAccount } from './service-account.ts';
import { spoolClaim } from './spool-claim.ts';

export const kubernetesFolder = 'infra/kubernetes/base';

/** A kustomize base: a file for each workload of the graph, and one for what they have in common. */
export function kubernetesBase(graph: AccessGraph): WholeFile[] {
  const files = [
    { name: 'namespace.yaml', manifests: [namespaceManifest(), defaultDeny()] },
    ...workloadIdentities(graph).map((identity) => {
      const service = graph.services.find(({ name }) => name === identity.name);
      return {
        name: `${identity.name}.yaml`,
        manifests: [
          serviceAccount(identity.name),
          clusterSpiffeId(graph, identity),
          networkPolicy(graph, identity.name),
          ...(service === undefined ? [] : whatRuns(graph, service)),
        ],
      };
    }),
  ];
  const kustomization: Manifest = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: files.map(({ name }) => name),
  };
  return [...files, { name: 'kustomization.yaml', manifests: [kustomization] }].map(({ name, manifests }) => ({
    path: `${kubernetesFolder}/${name}`,
    content: manifestFile(manifests),
  }));
}

function whatRuns(graph: AccessGraph, service: GraphService): Manifest[] {
  return [
    described(deployment(graph, service), service.about),
    headlessService(service),
    ...publicServices(service),
    podDisruptionBudget(service.name),
    horizontalPodAutoscaler(service.name),
    spoolClaim(service.name),
  ];
}
