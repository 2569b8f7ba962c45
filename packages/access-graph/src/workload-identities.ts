import type { AccessGraph } from './graph.ts';
import { spiffeIdOf } from './spiffe-id-of.ts';

/** What a workload's SVIDs say. How it is recognised, and for how long they last, is for the stack to say. */
export interface WorkloadIdentity<Name extends string = string> {
  readonly spiffeId: string;
  readonly name: Name;
  /** The first one becomes the certificate's common name, which Vault's cert login and Postgres ask for. */
  readonly dnsNames: readonly string[];
}

export function workloadIdentities<Name extends string>(graph: AccessGraph<Name>): WorkloadIdentity<Name>[] {
  return graph.workloads.map(({ name, dnsNames }) => ({ spiffeId: spiffeIdOf(graph, name), name, dnsNames }));
}
