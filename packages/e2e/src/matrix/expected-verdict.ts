import { status } from '@grpc/grpc-js';
import type { GraphMethod } from '@zt/access-graph';
import { type Reason, statusOfReason } from '@zt/kit/errors';
import type { Verdict } from '../attempts/attempt.ts';
import type { Credential, Door } from './matrix-path.ts';

export const allowed: Verdict = { code: 'OK', reasons: [] };

/**
 * What an empty request is refused for that comes over no edge, with a good SVID and this credential, of which `scopes` are
 * what its token carries: the reasons in the order in which they are recorded.
 */
export function refusalOf(
  method: GraphMethod,
  door: Door,
  { kind }: Credential,
  scopes: readonly string[] = [],
): Verdict {
  const hasToken = kind !== 'nothing';
  const suffices = method.scopes.every((scope) => scopes.includes(scope));
  // At a door for people and third parties nobody is asked for a certificate: whoever comes is nobody without a token.
  const caller: Reason[] = door === 'workloads' ? ['caller_not_allowed'] : [];
  const token: Reason[] = method.onBehalfOf === 'nobody' || hasToken ? [] : ['token_missing'];
  const byPolicy: Reason[] = [
    ...(method.purpose ? (['purpose_missing'] as const) : []),
    ...(method.roles !== null && kind !== 'token of a user' ? (['role_missing'] as const) : []),
    ...(hasToken && !suffices ? (['scope_missing'] as const) : []),
    ...(kind === 'own token' && method.onBehalfOf === 'user' ? (['user_required'] as const) : []),
    ...(kind === 'token of a user' && method.onBehalfOf === 'workload' ? (['workload_required'] as const) : []),
  ];
  const isObserved = (reason: Reason): boolean => method.observe.some((each) => each === reason);
  const reasons = [
    ...caller.filter((reason) => !isObserved(reason)),
    ...token,
    ...byPolicy.filter((reason) => !isObserved(reason)),
  ];
  const [first] = reasons;
  return first === undefined ? allowed : { code: codeOfReason(first, door), reasons };
}

/** What a rule asks of the moment, the place and the amount: the matrix has none of its own to offer. */
export function circumstancesOf(method: GraphMethod): readonly Reason[] {
  const { hours, networks, rateLimit, distinctUsers, amountLimit } = method;
  return [
    ...(hours === null ? [] : (['outside_hours'] as const)),
    ...(networks === null ? [] : (['network_not_allowed'] as const)),
    ...(rateLimit === null ? [] : (['rate_exceeded'] as const)),
    ...(distinctUsers === null ? [] : (['too_many_users'] as const)),
    // An empty request may say no amount, and then policy cannot decide on one.
    ...(amountLimit === null ? [] : (['amount_over_limit', 'policy_failed'] as const)),
  ];
}

/** What the caller is told for this reason, where the first one decides. */
export function codeOfReason(reason: Reason, door: Door): string {
  const { code } = statusOfReason(reason);
  if (door === 'workloads') return status[code];
  return code === status.UNAUTHENTICATED ? '401' : '403';
}
