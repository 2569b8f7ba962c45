import { ofEachService, type ServiceName } from '@zt/access-graph';
import type { WorkloadAccess } from '@zt/e2e/stack-description';
import { operatorName } from '../operator/operator-name.ts';

/** How to be each workload of a stack, and how to be none. */
export interface IdentityAccess {
  readonly workloads: Readonly<Record<ServiceName | typeof operatorName, WorkloadAccess>>;
  readonly stranger: WorkloadAccess;
}

/** Of the apps and the operator: the workloads that have a process of their own. */
export function accessOfEach(
  accessOf: (workload: ServiceName | typeof operatorName) => WorkloadAccess,
): IdentityAccess['workloads'] {
  return { ...ofEachService(accessOf), operator: accessOf(operatorName) };
}
