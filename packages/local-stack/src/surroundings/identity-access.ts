import type { StackDescription, WorkloadAccess } from '@zt/e2e/stack-description';
import { operatorName } from '../operator/operator-name.ts';
import { type AppName, appNames } from '../stack/app-environment.ts';

/** How to be each workload of a stack, and how to be none. */
export type IdentityAccess = Pick<StackDescription, 'workloads' | 'stranger'>;

/** Of the apps and the operator: the workloads that have a process of their own. */
export function accessOfEach(
  accessOf: (workload: AppName | typeof operatorName) => WorkloadAccess,
): IdentityAccess['workloads'] {
  const apps = Object.fromEntries(appNames.map((name) => [name, accessOf(name)])) as Record<AppName, WorkloadAccess>;
  return { ...apps, operator: accessOf(operatorName) };
}
