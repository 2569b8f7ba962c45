import type { GraphSource, MethodSource } from '../graph-source.ts';
import { repeated } from '../repeated.ts';

export const apiName = /^[a-zA-Z][a-zA-Z0-9_.]*$/;
const scopeName = /^[a-z]+(-[a-z]+)*:[a-z]+$/;

export interface NamedMethod {
  readonly service: string;
  /** `order.PlaceOrder` */
  readonly name: string;
  readonly rule: MethodSource;
}

/** What is wrong with a method as it stands alone. */
export function faultsOfMethod(source: GraphSource, { service, name, rule }: NamedMethod): string[] {
  const asksForScopes = rule.for !== 'nobody' && rule.for !== 'third party';
  return [
    ...(asksForScopes && rule.scopes.length === 0 ? [`${name} is for ${plural(rule.for)} and asks for no scope`] : []),
    ...(rule.for === 'nobody' && rule.scopes.length > 0 ? [`${name} takes no token and asks for scopes`] : []),
    ...(rule.for === 'third party' && rule.scopes.length > 0
      ? [`${name} is for a third party, who has no scopes, and asks for them`]
      : []),
    ...repeated(rule.scopes).map((scope) => `${name} asks for ${scope} twice`),
    ...rule.scopes
      .filter((scope) => !scopeName.test(scope))
      .map((scope) => `${name} asks for ${scope}, not like orders:read`),
    ...faultsOfBehalf(source, service, name, rule),
  ];
}

function faultsOfBehalf(source: GraphSource, service: string, name: string, { callers, for: behalf }: MethodSource) {
  const isThirdParty = typeof callers === 'object' && 'thirdParty' in callers;
  if (isThirdParty !== (behalf === 'third party')) return [`${name} is either for a third party or not called by one`];
  if (isThirdParty) {
    return source.thirdParties.includes(callers.thirdParty)
      ? []
      : [`${name} has the caller ${callers.thirdParty}, which is no third party`];
  }
  if (typeof callers !== 'string') return [];
  if (callers !== 'users') {
    return behalf === 'nobody' ? [] : [`${name} is called by workloads for themselves and cannot ask for a token`];
  }
  return [
    ...(service === source.entryPoint ? [] : [`${name} lets users in past the entry point`]),
    ...(behalf === 'nobody' ? [`${name} is called by users and takes no token`] : []),
    ...(behalf === 'workload' || behalf === 'user or workload'
      ? [`${name} is called by users and takes a workload's token`]
      : []),
  ];
}

/** What is wrong with the callers that a method names; `methods` is all there are, by their names. */
export function faultsOfCallers(
  source: GraphSource,
  method: NamedMethod,
  methods: ReadonlyMap<string, NamedMethod>,
): string[] {
  const { name, rule } = method;
  if (typeof rule.callers === 'string' || 'thirdParty' in rule.callers) return [];
  return [
    ...(rule.callers.length === 0 ? [`${name} has no caller: name one, or take the method out`] : []),
    ...repeated(rule.callers).map((caller) => `${name} has the caller ${caller} twice`),
    ...rule.callers.flatMap((caller) => faultsOfCaller(source, method, caller, methods)),
  ];
}

function faultsOfCaller(
  source: GraphSource,
  { service, name, rule }: NamedMethod,
  caller: string,
  methods: ReadonlyMap<string, NamedMethod>,
): string[] {
  const isOther = Object.hasOwn(source.otherWorkloads, caller);
  const found = methods.get(caller);
  if (found === undefined && !isOther) return [`${name} has the caller ${caller}, which does not exist`];
  if (found?.service === service) return [`${name} is called by its own service`];
  if (service === source.entryPoint) return [`${name} is at the entry point, where users call and not ${caller}`];
  const callerHasUser = found !== undefined && (found.rule.for === 'user' || found.rule.for === 'user or workload');
  return (rule.for === 'user' || rule.for === 'user or workload') && !callerHasUser
    ? [`${name} is for users, its caller ${caller} has none`]
    : [];
}

function plural(behalf: MethodSource['for']): string {
  return behalf === 'user or workload' ? 'users and workloads' : `${behalf}s`;
}
