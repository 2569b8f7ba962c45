import type { GraphMethod } from '../graph.ts';
import { hoursInWords, limitInWords, rateInWords, usersInWords } from '../restriction-words.ts';
import { at, byPolicy, type ExplainedPart, listed } from './explained-part.ts';

/** Everything that a method asks for besides its caller: scopes, roles, a purpose, hours, networks and limits. */
export function explainRestrictions(method: GraphMethod): ExplainedPart[] {
  const { roles, purpose, hours, networks, rateLimit, distinctUsers, amountLimit } = method;
  return [
    ...explainScopes(method),
    ...(roles === null
      ? []
      : [only(method, 'roles', `any of: ${roles.join(', ')}`, 'role_missing', 'a user with none of them')]),
    ...(amountLimit === null
      ? []
      : [only(method, 'amount', limitInWords(amountLimit), 'amount_over_limit', 'anybody else with such an amount')]),
    ...(purpose
      ? [only(method, 'purpose', 'the request says what for', 'purpose_missing', 'a request that does not')]
      : []),
    ...(hours === null ? [] : [only(method, 'hours', hoursInWords(hours), 'outside_hours', 'a call at another time')]),
    ...(networks === null
      ? []
      : [only(method, 'networks', listed(networks), 'network_not_allowed', 'a call from another address')]),
    ...(rateLimit === null
      ? []
      : [only(method, 'rate', rateInWords(rateLimit), 'rate_exceeded', 'each call beyond that')]),
    ...(distinctUsers === null
      ? []
      : [only(method, 'users', usersInWords(distinctUsers), 'too_many_users', 'a call for each user beyond that')]),
  ];
}

function explainScopes(method: GraphMethod): ExplainedPart[] {
  const { scopes, tokenScopes, onBehalfOf } = method;
  if (scopes.length === 0) return [];
  const further = tokenScopes.filter((scope) => !scopes.includes(scope));
  const ofUsers = onBehalfOf === 'user' || onBehalfOf === 'user or workload';
  return [
    {
      about: 'scopes',
      says: [
        listed(scopes),
        ...(further.length === 0 ? [] : [`and, for what it calls in turn, a user's token has ${listed(further)}`]),
      ],
      enforced: [
        ...(method.callers.kind === 'users'
          ? []
          : [
              at(
                'identity',
                ofUsers
                  ? 'makes no token with a scope that the one before it lacks, or that this edge does not need'
                  : 'makes no token with a scope that this edge does not need',
              ),
            ]),
        byPolicy(method, 'scope_missing', scopes.length === 1 ? 'a token without it' : 'a token without all of them'),
      ],
    },
  ];
}

function only(
  method: GraphMethod,
  about: string,
  says: string,
  reason: Parameters<typeof byPolicy>[1],
  otherwise: string,
): ExplainedPart {
  return { about, says: [says], enforced: [byPolicy(method, reason, otherwise)] };
}
