import type { AccessGraph, GraphCallers, GraphMethod, GraphService } from './graph.ts';
import { findFaults } from './graph-faults.ts';
import type { GraphSource, MethodSource, ServiceSource, ServicesShape } from './graph-source.ts';

/**
 * Checks a graph and fills in what follows from it. A name that does not exist does not compile; whatever types cannot
 * say is a `TypeError` that lists every fault.
 */
export function defineGraph<const Services extends ServicesShape, const Others extends string>(
  source: GraphSource<Services> & {
    readonly services: Services;
    readonly otherWorkloads: Readonly<Record<Others, unknown>>;
  },
): AccessGraph<(keyof Services & string) | Others>;
export function defineGraph(source: GraphSource): AccessGraph {
  const faults = findFaults(source);
  if (faults.length > 0)
    throw new TypeError(`the access graph has faults:\n${faults.map((fault) => `- ${fault}`).join('\n')}`);
  const workloads = { ...source.services, ...source.otherWorkloads };
  return Object.freeze({
    trustDomain: source.trustDomain,
    entryPoint: source.entryPoint,
    services: Object.entries(source.services).map(([name, service]) => serviceOf(source, name, service)),
    workloads: Object.entries(workloads).map(([name, { dnsNames }]) => ({
      name,
      dnsNames: [name, ...(dnsNames ?? [])],
    })),
    blockedUsers: source.blockedUsers,
    modes: source.modes,
  });
}

function serviceOf(source: GraphSource, name: string, service: ServiceSource): GraphService {
  const tables = service.tables === undefined ? null : Object.entries(service.tables);
  return {
    name,
    methods: Object.entries(service.methods).map(([method, rule]) => methodOf(source, `${name}.${method}`, rule)),
    tables: tables?.map(([table, grants]) => ({ name: table, grants })) ?? null,
  };
}

function methodOf(source: GraphSource, shortName: string, method: MethodSource): GraphMethod {
  const [service, name] = partsOf(shortName);
  const limit = source.amountLimits.find(({ methods }) => methods.some((method) => method === shortName));
  return {
    fullName: `/${source.services[service]?.api}/${name}`,
    shortName,
    callers: callersOf(source, service, method),
    onBehalfOf: method.for,
    scopes: method.scopes,
    tokenScopes: [...new Set(scopesFrom(source, shortName))].sort(),
    record: method.record,
    amountLimit: limit === undefined ? null : { minorUnits: limit.minorUnits, role: limit.role },
  };
}

function callersOf(source: GraphSource, service: string, { callers }: MethodSource): GraphCallers {
  if (callers === 'users') return { kind: 'users' };
  if (callers === 'every other service')
    return services(Object.keys(source.services).filter((name) => name !== service));
  if (callers === 'whoever calls for users') return services(userCalls(source).map(({ caller }) => partsOf(caller)[0]));
  if (callers === 'whoever is called for users')
    return services(userCalls(source).map(({ callee }) => partsOf(callee)[0]));
  return services(callers.map((caller) => partsOf(caller)[0]));
}

function services(names: readonly string[]): GraphCallers {
  return { kind: 'services', names: [...new Set(names)] };
}

/** Every call on behalf of a user from one service to another. */
function userCalls(source: GraphSource): { readonly caller: string; readonly callee: string }[] {
  return Object.entries(source.services).flatMap(([service, { methods }]) =>
    Object.entries(methods).flatMap(([name, method]) =>
      method.for === 'user' && typeof method.callers !== 'string'
        ? method.callers.map((caller) => ({ caller, callee: `${service}.${name}` }))
        : [],
    ),
  );
}

/** Ends, because a graph with a circle has a fault. */
function scopesFrom(source: GraphSource, shortName: string): string[] {
  const [service, name] = partsOf(shortName);
  const own = source.services[service]?.methods[name]?.scopes ?? [];
  const further = userCalls(source).filter(({ caller }) => caller === shortName);
  return [...own, ...further.flatMap(({ callee }) => scopesFrom(source, callee))];
}

/** `order.PlaceOrder` as its two names. */
function partsOf(shortName: string): readonly [service: string, method: string] {
  const dot = shortName.indexOf('.');
  return [shortName.slice(0, dot), shortName.slice(dot + 1)];
}
