import type { FoundMethod } from '../find-method.ts';
import type { AccessGraph } from '../graph.ts';
import { networkDoors } from '../network-doors.ts';
import { at, byPolicy, type Enforcement, type ExplainedPart, listed } from './explained-part.ts';

/** Who may call a method, and what keeps everybody else away. */
export function explainCallers(graph: AccessGraph, { service, method }: FoundMethod): ExplainedPart {
  const about = 'who may call';
  const { callers } = method;
  switch (callers.kind) {
    case 'users':
      return {
        about,
        says: ['people, who come in here'],
        enforced: [
          at('handshake', 'HTTPS, on which nobody is asked for a certificate'),
          byPolicy(method, 'caller_not_allowed', 'whoever comes as a workload'),
        ],
      };
    case 'third party':
      return {
        about,
        says: [`${callers.name}, a third party`],
        enforced: [
          at('handshake', 'HTTPS, at a door of its own, on which nobody is asked for a certificate'),
          at('token', `what comes is signed by ${callers.name}, for ${service.name}`),
          byPolicy(method, 'caller_not_allowed', 'every workload, and every other signer,'),
        ],
      };
    case 'workloads': {
      const door = networkDoors(graph).find(({ callee }) => callee === service.name)?.callers ?? [];
      return {
        about,
        says: callers.names,
        enforced: [
          at('network door', `where networks are apart, as in containers, it opens to ${listed(door)} only`),
          at('handshake', `mutual TLS 1.3, with an SVID of ${graph.trustDomain} that is valid now`),
          at('peer', 'the SPIFFE ID is that of the connection itself; its SVID has not expired since'),
          byPolicy(method, 'caller_not_allowed', 'every other workload'),
        ],
      };
    }
  }
}

/** In whose name a method is called, and what shows it. */
export function explainBehalf({ service, method }: FoundMethod): ExplainedPart {
  const about = 'on whose behalf';
  const { onBehalfOf } = method;
  switch (onBehalfOf) {
    case 'user':
      return {
        about,
        says: ['a user'],
        enforced: [
          ...tokenOf('user', service.name, method.callers.kind === 'users'),
          byPolicy(method, 'user_required', 'a call without a user'),
          byPolicy(method, 'user_blocked', 'a user who is blocked'),
        ],
      };
    case 'workload':
      return {
        about,
        says: ['the calling workload itself'],
        enforced: [
          ...tokenOf('workload', service.name, false),
          byPolicy(method, 'workload_required', 'a token that is not the own one of whoever calls'),
        ],
      };
    case 'user or workload':
      return {
        about,
        says: ['a user, or the calling workload itself'],
        enforced: [
          ...tokenOf('user', service.name, false),
          ...tokenOf('workload', service.name, false),
          byPolicy(method, 'token_missing', 'a call without a token'),
          byPolicy(method, 'workload_required', 'a token that is neither of a user nor the own one of whoever calls'),
          byPolicy(method, 'user_blocked', 'a user who is blocked'),
        ],
      };
    case 'third party':
      return {
        about,
        says: ['the third party itself'],
        enforced: [byPolicy(method, 'token_missing', 'what is not signed')],
      };
    case 'nobody':
      return { about, says: ['nobody: no token is read, and who calls is all that counts'], enforced: [] };
  }
}

function tokenOf(kind: 'user' | 'workload', service: string, isEntry: boolean): Enforcement[] {
  if (kind === 'workload') {
    return [
      at('identity', 'makes a token in the name of the workload that asks, and of no other, for 60 s at most'),
      at('token', `made by identity for ${service}, and sent by the workload that it names`),
    ];
  }
  if (isEntry) return [at('token', "the access token of the user's login, whose session has not ended")];
  return [
    at(
      'token',
      `made by identity for ${service}, for 60 s at most, and sent by the workload that it was made for; the user's session has not ended`,
    ),
  ];
}
