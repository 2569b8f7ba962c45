import type { GraphSource, MethodSource, ServiceSource } from './graph-source.ts';

const workloadName = /^[a-z][a-z0-9-]{0,40}$/;
const dnsName = /^[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?$/;
const trustDomain = /^[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?$/;
const apiName = /^[a-zA-Z][a-zA-Z0-9_.]*$/;
const methodName = /^[A-Z][a-zA-Z0-9]*$/;
const tableName = /^[a-z][a-z0-9_]{0,62}$/;
const scopeName = /^[a-z]+:[a-z]+$/;
const tableGrants: readonly string[] = ['select', 'insert', 'update', 'delete'];

interface NamedMethod {
  readonly service: string;
  /** `order.PlaceOrder` */
  readonly name: string;
  readonly rule: MethodSource;
}

/** Everything that is wrong with a graph, in sentences; empty for a good one. */
export function findFaults(source: GraphSource): string[] {
  const methods = Object.entries(source.services).flatMap(([service, { methods: rules }]) =>
    Object.entries(rules).map(([method, rule]): NamedMethod => ({ service, name: `${service}.${method}`, rule })),
  );
  return [
    ...faultsOfNames(source),
    ...Object.entries(source.services).flatMap(([name, service]) => faultsOfService(name, service)),
    ...methods.flatMap((method) => faultsOfMethod(source, method)),
    ...methods.flatMap((method) => faultsOfCallers(source, method, methods)),
    ...faultsOfCircles(methods),
    ...faultsOfLimits(source, methods),
  ];
}

function faultsOfNames(source: GraphSource): string[] {
  const services = Object.keys(source.services);
  const others = Object.keys(source.otherWorkloads);
  const apis = Object.values(source.services).map(({ api }) => api);
  const dnsNames = Object.entries({ ...source.services, ...source.otherWorkloads });
  return [
    ...(trustDomain.test(source.trustDomain) ? [] : [`the trust domain ${source.trustDomain} is not a valid name`]),
    ...(services.includes(source.entryPoint) ? [] : [`the entry point ${source.entryPoint} is not a service`]),
    ...[...services, ...others].filter((name) => !workloadName.test(name)).map((name) => `${name} is not a valid name`),
    // A database's owner is a role of this name.
    ...[...services, ...others]
      .filter((name) => name.endsWith('-owner'))
      .map((name) => `${name} is the name of an owner`),
    ...repeated([...services, ...others]).map((name) => `${name} is the name of two workloads`),
    ...repeated(apis).map((api) => `${api} is the API of two services`),
    ...repeated(source.blockedUsers).map((user) => `the user ${user} is blocked twice`),
    ...dnsNames.flatMap(([name, workload]) => [
      ...repeated([name, ...(workload.dnsNames ?? [])]).map((dns) => `${name} has the DNS name ${dns} twice`),
      ...(workload.dnsNames ?? [])
        .filter((dns) => !dnsName.test(dns))
        .map((dns) => `${name} has the DNS name ${dns}, which is not valid`),
    ]),
  ];
}

function faultsOfService(name: string, service: ServiceSource): string[] {
  return [
    ...(apiName.test(service.api) ? [] : [`${name} has the API ${service.api}, which is not a valid name`]),
    ...Object.keys(service.methods)
      .filter((method) => !methodName.test(method))
      .map((method) => `${name}.${method} is not a valid name`),
    ...Object.entries(service.tables ?? {}).flatMap(([table, grants]) => [
      ...(tableName.test(table) ? [] : [`${name} has the table ${table}, which is not a valid name`]),
      ...repeated(grants).map((grant) => `${name} has ${grant} on ${table} twice`),
      ...grants.filter((grant) => !tableGrants.includes(grant)).map((grant) => `${name} has ${grant} on ${table}`),
      ...(grants.length > 0 ? [] : [`${name} has nothing on ${table}: leave it out`]),
    ]),
  ];
}

function faultsOfMethod(source: GraphSource, { service, name, rule }: NamedMethod): string[] {
  const forUser = rule.for === 'user';
  return [
    ...(forUser && rule.scopes.length === 0 ? [`${name} is for users and asks for no scope`] : []),
    ...(!forUser && rule.scopes.length > 0 ? [`${name} takes no token and asks for scopes`] : []),
    ...repeated(rule.scopes).map((scope) => `${name} asks for ${scope} twice`),
    ...rule.scopes
      .filter((scope) => !scopeName.test(scope))
      .map((scope) => `${name} asks for ${scope}, not like orders:read`),
    ...(rule.callers === 'users' && service !== source.entryPoint
      ? [`${name} lets users in past the entry point`]
      : []),
    ...(rule.callers === 'users' && !forUser ? [`${name} is called by users and takes no token`] : []),
    ...(typeof rule.callers === 'string' && rule.callers !== 'users' && forUser
      ? [`${name} is called by workloads for themselves and cannot ask for a token`]
      : []),
  ];
}

function faultsOfCallers(source: GraphSource, { service, name, rule }: NamedMethod, methods: NamedMethod[]): string[] {
  if (typeof rule.callers === 'string') return [];
  return [
    ...(rule.callers.length === 0 ? [`${name} has no caller`] : []),
    ...repeated(rule.callers).map((caller) => `${name} has the caller ${caller} twice`),
    ...rule.callers.flatMap((caller) => {
      const found = methods.find((method) => method.name === caller);
      if (found === undefined) return [`${name} has the caller ${caller}, which does not exist`];
      if (found.service === service) return [`${name} is called by its own service`];
      if (service === source.entryPoint) return [`${name} is at the entry point, where users call and not ${caller}`];
      if (rule.for === 'user' && found.rule.for !== 'user')
        return [`${name} is for users, its caller ${caller} has none`];
      return [];
    }),
  ];
}

function faultsOfCircles(methods: readonly NamedMethod[]): string[] {
  const callersOf = new Map(
    methods.map(({ name, rule }) => [name, typeof rule.callers === 'string' ? [] : rule.callers]),
  );
  return methods.flatMap(({ name }) => {
    const seen = new Set<string>();
    const open = [...(callersOf.get(name) ?? [])];
    for (let caller = open.pop(); caller !== undefined; caller = open.pop()) {
      if (caller === name) return [`${name} calls itself in a circle`];
      if (!seen.has(caller)) open.push(...(callersOf.get(caller) ?? []));
      seen.add(caller);
    }
    return [];
  });
}

function faultsOfLimits(source: GraphSource, methods: readonly NamedMethod[]): string[] {
  return [
    ...repeated(source.amountLimits.flatMap((limit) => limit.methods)).map((name) => `${name} has two amount limits`),
    ...source.amountLimits.flatMap(({ methods: limited, minorUnits, role }) => [
      ...(Number.isSafeInteger(minorUnits) && minorUnits > 0
        ? []
        : [`the amount limit ${minorUnits} is not a count of minor units`]),
      ...(role === '' ? ['an amount limit has no role'] : []),
      ...limited.flatMap((name) => {
        const rule = methods.find((method) => method.name === name)?.rule;
        if (rule === undefined) return [`${name} has an amount limit and does not exist`];
        return rule.for === 'user' ? [] : [`${name} has an amount limit and no user`];
      }),
    ]),
  ];
}

function repeated(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}
