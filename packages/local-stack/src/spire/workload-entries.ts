import { join } from 'node:path';
import { nodeName } from './node-certificate.ts';
import type { RegistrationEntry } from './registration-entry.ts';

/** A workload of the access graph, as far as the agent has to know it. */
export interface Workload {
  readonly spiffeId: string;
  readonly name: string;
  readonly dnsNames: readonly string[];
}

/** How the agent tells a workload's processes from others. */
export type SelectorsOf = (workload: Workload) => RegistrationEntry['selectors'];

/** Entries for the workloads of the stack's one node. */
export function workloadEntries(
  workloads: readonly Workload[],
  options: { readonly trustDomain: string; readonly svidTtlSeconds: number; readonly selectorsOf: SelectorsOf },
): RegistrationEntry[] {
  return workloads.map((workload) => ({
    spiffe_id: workload.spiffeId,
    parent_id: `spiffe://${options.trustDomain}/spire/agent/x509pop/${nodeName}`,
    selectors: options.selectorsOf(workload),
    dns_names: workload.dnsNames,
    x509_svid_ttl: options.svidTtlSeconds,
  }));
}

/**
 * For processes of this machine: a workload is the process that runs `<binDirectory>/<program>` as this user. `programOf`
 * names the program, since one process may hold the SVIDs of several workloads.
 */
export function processSelectors(options: {
  readonly binDirectory: string;
  readonly uid: number;
  readonly programOf: (workload: Workload) => string;
}): SelectorsOf {
  return (workload) => [
    { type: 'unix', value: `path:${join(options.binDirectory, options.programOf(workload))}` },
    { type: 'unix', value: `uid:${options.uid}` },
  ];
}
