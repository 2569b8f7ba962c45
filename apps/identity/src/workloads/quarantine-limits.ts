import type { AccessGraph } from '@zt/access-graph';
import { spiffeIdOf } from '@zt/access-graph';
import { BusinessError } from '@zt/kit/errors';

/** Who can't be quarantined, and why not: each of them takes part in it. */
const indispensable: Readonly<Record<string, string>> = {
  identity: 'Identity tells everybody who is quarantined, and could not tell of its own release.',
  audit: 'Audit keeps the evidence: without it every service would stop once its disk is full.',
  operator: 'The operator is who releases.',
};

/**
 * Throws the refusal for the operator where this workload can't be quarantined: one that takes part in it, one that
 * makes and takes no calls of services, or none at all.
 */
export function quarantineLimits(graph: AccessGraph): (spiffeId: string) => void {
  return function assertQuarantinable(spiffeId) {
    const name = graph.workloads.find((workload) => spiffeIdOf(graph, workload.name) === spiffeId)?.name;
    if (name === undefined) throw new BusinessError('not_found', 'There is no such workload.');
    const why = Object.hasOwn(indispensable, name) ? indispensable[name] : undefined;
    if (why !== undefined) throw new BusinessError('not_possible', why);
    if (!graph.services.some((service) => service.name === name)) {
      throw new BusinessError('not_possible', 'It is no service: withdraw its identity instead.');
    }
  };
}
