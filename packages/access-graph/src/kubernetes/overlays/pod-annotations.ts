import { inNamespace, type Manifest } from '../manifest.ts';

/** What is merged into a service's Deployment so that its pods have annotations. */
export function mergedIntoPods(service: string, annotations: Readonly<Record<string, string>>): Manifest {
  return inNamespace('apps/v1', 'Deployment', service, { spec: { template: { metadata: { annotations } } } });
}
