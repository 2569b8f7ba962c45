import { type AccessGraph, findMethod, ownScopesAlong, spiffeIdOf } from '@zt/access-graph';
import type { Credential } from '../matrix/matrix-path.ts';
import { wayFor, widestWay } from '../matrix/token-way.ts';

/** What one workload is to ask another, as a person types it. */
export interface WantedCall {
  readonly from: string;
  /** `payment.AuthorizePayment`, or in full. */
  readonly method: string;
  /** Whether a user stands behind it. */
  readonly isForUser: boolean;
}

export interface PlannedCall {
  readonly from: string;
  readonly to: string;
  /** The full name. */
  readonly method: string;
  readonly credential: Credential;
}

/**
 * What a call needs that comes as near to the wish as the access graph allows: where it lets no token of that kind be had,
 * the call goes without, and is refused for it. Throws for a method that workloads are not asked for at all.
 */
export function planCall(graph: AccessGraph, { from, method: name, isForUser }: WantedCall): PlannedCall {
  const { service, method } = findMethod(graph, name);
  if (method.callers.kind !== 'workloads') {
    const [who, how] =
      method.callers.kind === 'users'
        ? ['people', 'as `zt order` does']
        : [method.callers.name, 'with what it signs itself'];
    throw new TypeError(`${who} call ${method.shortName} over HTTPS, ${how}: no workload does`);
  }
  const to = service.name;
  const planned = { from, to, method: method.fullName };
  if (isForUser) {
    const way = wayFor(graph, from, method) ?? widestWay(graph, from, to);
    if (way !== null) return { ...planned, credential: { kind: 'token of a user', way, roles: [] } };
  } else if (method.onBehalfOf !== 'nobody' && getsOwnToken(graph, from, to)) {
    return { ...planned, credential: { kind: 'own token' } };
  }
  return { ...planned, credential: { kind: 'nothing' } };
}

function getsOwnToken(graph: AccessGraph, from: string, to: string): boolean {
  return ownScopesAlong(graph, spiffeIdOf(graph, from), spiffeIdOf(graph, to)) !== null;
}
