import { type AccessGraph, serviceNeeds, workloadIdentities } from '@zt/access-graph';
import type { SelectorsOf, Workload } from '../spire/workload-entries.ts';
import { hostOf, publicHostOf } from './places.ts';

/** The label that says which workload a container is. */
export const workloadLabel = 'example.zt.workload';

/** What `demo` and `e2e` have there: by itself it is nobody. */
export const trialName = 'trial';

/** A workload is the processes of whichever containers have its label, and no other process of this machine. */
export const labelSelectors: SelectorsOf = ({ name }) => [{ type: 'docker', value: `label:${workloadLabel}:${name}` }];

/** The workloads of the graph, and behind their own names those by which containers and third parties call them. */
export function containerWorkloads(graph: AccessGraph): Workload[] {
  const calledFromOutside = graph.services
    .filter((service) => serviceNeeds(graph, service).https.includes('third parties'))
    .map(({ name }) => name);
  return workloadIdentities(graph).map((workload) => ({
    ...workload,
    dnsNames: [
      ...workload.dnsNames,
      hostOf(workload.name),
      ...(calledFromOutside.includes(workload.name) ? [publicHostOf(graph, workload.name)] : []),
    ],
  }));
}
