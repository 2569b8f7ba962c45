import type { AccessGraph, GraphMethod, GraphService } from './graph.ts';
import { callersOf, namedCallers, userCalls } from './graph-callers.ts';
import { findFaults } from './graph-faults.ts';
import type { GraphSource, MethodSource, ServiceSource, ServicesShape } from './graph-source.ts';

/**
 * Checks a graph and fills in what follows from it. A name that does not exist does not compile; whatever types cannot
 * say is a `TypeError` that lists every fault.
 */
export function defineGraph<
  const Services extends ServicesShape,
  const Others extends string,
  const ThirdParties extends string,
>(
  source: GraphSource<Services, NoInfer<Others>, NoInfer<ThirdParties>> & {
    readonly services: Services;
    readonly otherWorkloads: Readonly<Record<Others, unknown>>;
    readonly thirdParties: readonly ThirdParties[];
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
    thirdParties: source.thirdParties,
  });
}

function serviceOf(source: GraphSource, name: string, service: ServiceSource): GraphService {
  const tables = service.tables === undefined ? null : Object.entries(service.tables);
  return {
    name,
    methods: Object.entries(service.methods).map(([method, rule]) => methodOf(source, name, method, rule)),
    tables: tables?.map(([table, grants]) => ({ name: table, grants })) ?? null,
    apiKeysOf: service.apiKeysOf ?? [],
  };
}

function methodOf(source: GraphSource, service: string, name: string, rule: MethodSource): GraphMethod {
  const shortName = `${service}.${name}`;
  const limit = source.amountLimits.find(({ methods }) => methods.some((method) => method === shortName));
  return {
    fullName: `/${rule.api ?? source.services[service]?.api}/${name}`,
    shortName,
    callers: callersOf(source, service, rule),
    calledFrom: namedCallers(rule),
    onBehalfOf: rule.for,
    scopes: rule.scopes,
    tokenScopes: [...new Set(scopesFrom(source, shortName, rule))].sort(),
    record: rule.record,
    amountLimit: limit === undefined ? null : { minorUnits: limit.minorUnits, role: limit.role },
    roles: rule.roles ?? null,
    purpose: rule.purpose ?? false,
    hours: rule.hours ?? null,
    networks: rule.networks ?? null,
    rateLimit: rule.rateLimit ?? null,
    observe: rule.observe ?? [],
  };
}

/** Ends, because a graph with a circle has a fault. */
function scopesFrom(source: GraphSource, shortName: string, rule: MethodSource): string[] {
  const further = userCalls(source).filter(({ caller }) => caller === shortName);
  return [...rule.scopes, ...further.flatMap((call) => scopesFrom(source, call.callee, call.rule))];
}
