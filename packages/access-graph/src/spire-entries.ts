import type { AccessGraph } from './graph.ts';
import { spiffeIdOf } from './spiffe-id-of.ts';

/** A workload that SPIRE gives an identity to. How it is recognised, and for how long it lasts, is for the stack to say. */
export interface SpireEntry<Name extends string = string> {
  readonly spiffeId: string;
  readonly name: Name;
  /** The first one becomes the certificate's common name, which Vault's cert login and Postgres ask for. */
  readonly dnsNames: readonly string[];
}

export function spireEntries<Name extends string>(graph: AccessGraph<Name>): SpireEntry<Name>[] {
  return graph.workloads.map(({ name, dnsNames }) => ({ spiffeId: spiffeIdOf(graph, name), name, dnsNames }));
}
