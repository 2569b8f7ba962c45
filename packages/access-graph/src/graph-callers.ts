import type { GraphCallers } from './graph.ts';
import type { Following, GraphSource, MethodSource } from './graph-source.ts';

/** One call as the graph says it: who, and what; `caller` is a method or the bare name of another workload. */
export interface NamedCall {
  readonly caller: string;
  readonly callee: string;
  readonly rule: MethodSource;
}

/** The callers of one method of a service, by their workloads' names. */
export function callersOf(source: GraphSource, service: string, { callers }: MethodSource): GraphCallers {
  if (callers === 'users') return { kind: 'users' };
  if (typeof callers === 'string') return workloads(following(source, callers).filter((name) => name !== service));
  if ('thirdParty' in callers) return { kind: 'third party', name: callers.thirdParty };
  return workloads(callers.map(workloadOf));
}

/** Every call on behalf of a user from one service to another. */
export function userCalls(source: GraphSource): NamedCall[] {
  return namedCalls(source).filter(({ rule }) => rule.for === 'user' || rule.for === 'user or workload');
}

/** `order` of `order.PlaceOrder`, and `operator` of `operator`. */
function workloadOf(caller: string): string {
  return caller.split('.', 1)[0] ?? caller;
}

function following(source: GraphSource, callers: Following): readonly string[] {
  switch (callers) {
    case 'every other service':
      return Object.keys(source.services);
    case 'whoever calls for users':
      return userCalls(source).map(({ caller }) => workloadOf(caller));
    case 'whoever calls for itself':
      return ownCalls(source).map(({ caller }) => workloadOf(caller));
    case 'whoever takes what identity signs':
      return [
        source.entryPoint,
        ...[...userCalls(source), ...ownCalls(source)].map(({ callee }) => workloadOf(callee)),
      ];
    case 'whoever serves users':
      return [source.entryPoint, ...userCalls(source).map(({ callee }) => workloadOf(callee))];
  }
}

/** Every call that a workload makes in its own name. */
function ownCalls(source: GraphSource): NamedCall[] {
  return namedCalls(source).filter(({ rule }) => rule.for === 'workload' || rule.for === 'user or workload');
}

function namedCalls(source: GraphSource): NamedCall[] {
  return Object.entries(source.services).flatMap(([service, { methods }]) =>
    Object.entries(methods).flatMap(([name, rule]) =>
      namedCallers(rule).map((caller) => ({ caller, callee: `${service}.${name}`, rule })),
    ),
  );
}

/** The callers that a rule lists by name. */
export function namedCallers({ callers }: MethodSource): readonly string[] {
  return typeof callers === 'string' || 'thirdParty' in callers ? [] : callers;
}

function workloads(names: readonly string[]): GraphCallers {
  return { kind: 'workloads', names: [...new Set(names)] };
}
