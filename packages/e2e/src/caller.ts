import { type Workload, workloads } from './stack-description.ts';

/** Whoever has an identity under which a probe can run: the services, and the operator. */
export type Caller = Workload | 'operator';
export const callers: readonly Caller[] = [...workloads, 'operator'];
