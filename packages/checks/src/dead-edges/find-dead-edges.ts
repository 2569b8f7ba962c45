import type { AccessGraph } from '@zt/access-graph';
import { findCallFaults, findUnusedEdges } from './call-faults.ts';
import { findContractFaults } from './contract-faults.ts';
import { findGrantFaults } from './grant-faults.ts';
import type { CheckedCode } from './read-code.ts';
import { findServingFaults } from './serving-faults.ts';

export interface DeadEdges {
  /** What is wrong: the file, the method, and what to change. */
  readonly faults: readonly string[];
  /** What is allowed and not used. */
  readonly unused: readonly string[];
}

/** Compares the graph with `proto` and code, both ways. */
export function findDeadEdges(graph: AccessGraph, code: CheckedCode): DeadEdges {
  return {
    faults: [
      ...findContractFaults(graph, code.rpcs),
      ...findCallFaults(graph, code),
      ...findServingFaults(graph, code),
      ...findGrantFaults(graph, code.texts),
    ],
    unused: findUnusedEdges(graph, code),
  };
}
