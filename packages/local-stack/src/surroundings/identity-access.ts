import type { WorkloadAccess } from '@zt/e2e/stack-description';
import { operatorName } from '../operator/operator-name.ts';
import { type AppName, ofEachApp } from '../stack/app-environment.ts';

/** How to be each workload of a stack, and how to be none. */
export interface IdentityAccess {
  readonly workloads: Readonly<Record<AppName | typeof operatorName, WorkloadAccess>>;
  readonly stranger: WorkloadAccess;
}

/** Of the apps and the operator: the workloads that have a process of their own. */
export function accessOfEach(
  accessOf: (workload: AppName | typeof operatorName) => WorkloadAccess,
): IdentityAccess['workloads'] {
  return { ...ofEachApp(accessOf), operator: accessOf(operatorName) };
}
