import { findFaults } from './faults/graph-faults.ts';
import type { AccessGraph, GraphMethod, GraphService } from './graph.ts';
import { callersOf, namedCallers } from './graph-callers.ts';
import type { GraphSource, MethodSource, ServiceSource, ServicesShape } from './graph-source.ts';
import { tokenScopes } from './token-scopes.ts';

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
): AccessGraph<(keyof Services & string) | Others, keyof Services & string>;
export function defineGraph(source: GraphSource): AccessGraph {
  const faults = findFaults(source);
  if (faults.length > 0)
    throw new TypeError(`the access graph has faults:\n${faults.map((fault) => `- ${fault}`).join('\n')}`);
  const workloads = { ...source.services, ...source.otherWorkloads };
  const scopesFor = tokenScopes(source);
  return Object.freeze({
    trustDomain: source.trustDomain,
    entryPoint: source.entryPoint,
    services: Object.entries(source.services).map(([name, service]) => serviceOf(source, name, service, scopesFor)),
    workloads: Object.entries(workloads).map(([name, { dnsNames }]) => ({
      name,
      dnsNames: [name, ...(dnsNames ?? [])],
    })),
    thirdParties: source.thirdParties,
  });
}

type ScopesFor = ReturnType<typeof tokenScopes>;

function serviceOf(source: GraphSource, name: string, service: ServiceSource, scopesFor: ScopesFor): GraphService {
  const tables = service.tables === undefined ? null : Object.entries(service.tables);
  return {
    name,
    about: service.about,
    methods: Object.entries(service.methods).map(([method, rule]) => ({
      ...methodOf(source, name, method, rule),
      tokenScopes: scopesFor(`${name}.${method}`),
    })),
    tables: tables?.map(([table, grants]) => ({ name: table, grants })) ?? null,
    apiKeysOf: service.apiKeysOf ?? [],
  };
}

function methodOf(
  source: GraphSource,
  service: string,
  name: string,
  rule: MethodSource,
): Omit<GraphMethod, 'tokenScopes'> {
  const shortName = `${service}.${name}`;
  const limit = source.amountLimits.find(({ methods }) => methods.some((method) => method === shortName));
  return {
    fullName: `/${rule.api ?? source.services[service]?.api}/${name}`,
    shortName,
    callers: callersOf(source, service, rule),
    calledFrom: namedCallers(rule),
    onBehalfOf: rule.for,
    scopes: rule.scopes,
    record: rule.record,
    amountLimit: limit === undefined ? null : { minorUnits: limit.minorUnits, role: limit.role },
    roles: rule.roles ?? null,
    purpose: rule.purpose ?? false,
    hours: rule.hours ?? null,
    networks: rule.networks ?? null,
    rateLimit: rule.rateLimit ?? null,
    distinctUsers: rule.distinctUsers ?? null,
    observe: rule.observe ?? [],
  };
}
