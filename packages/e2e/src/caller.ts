import { type ServiceName, serviceNames } from '@zt/access-graph';

/** Whoever has an identity under which a probe can run: the services, and the operator. */
export type Caller = ServiceName | 'operator';
export const callers: readonly Caller[] = [...serviceNames, 'operator'];
