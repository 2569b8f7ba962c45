import { type AccessGraph, workloadIdentities } from '@zt/access-graph';
import type { SelectorsOf, Workload } from '../spire/workload-entries.ts';
import { hostOf, publicHosts } from './places.ts';

/** The label that says which workload a container is. */
export const workloadLabel = 'example.zt.workload';

/** What `demo` and `e2e` have there: by itself it is nobody. */
export const trialName = 'trial';

/** A workload is the processes of whichever containers have its label, and no other process of this machine. */
export const labelSelectors: SelectorsOf = ({ name }) => [{ type: 'docker', value: `label:${workloadLabel}:${name}` }];

/** The workloads of the graph, and behind their own names those by which containers call each other. */
export function containerWorkloads(graph: AccessGraph): Workload[] {
  return workloadIdentities(graph).map((workload) => ({
    ...workload,
    dnsNames: [
      ...workload.dnsNames,
      hostOf(workload.name),
      ...(workload.name === 'payment' ? [publicHosts.payment] : []),
    ],
  }));
}
