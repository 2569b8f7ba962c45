import { namedCallers } from '../graph-callers.ts';
import type { GraphSource, ServiceSource } from '../graph-source.ts';
import { repeated } from '../repeated.ts';
import { whyNoService, whyNoWorkload } from './kept-names.ts';
import { apiName, faultsOfCallers, faultsOfMethod, type NamedMethod } from './method-faults.ts';
import { faultsOfRestrictions } from './restriction-faults.ts';

const workloadName = /^(?=.{1,41}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const dnsName = /^[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?$/;
const trustDomain = /^[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?$/;
const methodName = /^[A-Z][a-zA-Z0-9]*$/;
const tableName = /^[a-z][a-z0-9_]{0,62}$/;
/** With what stands around it, it has to fit on a line. */
const sentence = /^[A-Z][^\p{Cc}\p{Zl}\p{Zp}]{0,98}\.$/u;
const tableGrants: readonly string[] = ['select', 'insert', 'update', 'delete'];

/** Everything that is wrong with a graph, in sentences; empty for a good one. */
export function findFaults(source: GraphSource): string[] {
  const methods = Object.entries(source.services).flatMap(([service, { methods: rules }]) =>
    Object.entries(rules).map(([method, rule]): NamedMethod => ({ service, name: `${service}.${method}`, rule })),
  );
  const byName = new Map(methods.map((method) => [method.name, method]));
  return [
    ...faultsOfNames(source),
    ...Object.entries(source.services).flatMap(([name, service]) => faultsOfService(name, service)),
    ...Object.entries(source.services).flatMap(([name, service]) => faultsOfApiKeys(source, name, service)),
    ...methods.flatMap((method) => faultsOfMethod(source, method)),
    ...methods.flatMap((method) => faultsOfCallers(source, method, byName)),
    ...methods.flatMap(faultsOfRestrictions),
    ...faultsOfCircles(methods),
    ...faultsOfLimits(source, methods),
  ];
}

function faultsOfNames(source: GraphSource): string[] {
  const services = Object.keys(source.services);
  const others = Object.keys(source.otherWorkloads);
  const all = [...services, ...others, ...source.thirdParties];
  const dnsNames = Object.entries({ ...source.services, ...source.otherWorkloads });
  return [
    ...(trustDomain.test(source.trustDomain) ? [] : [`the trust domain ${source.trustDomain} is not a valid name`]),
    ...(services.includes(source.entryPoint) ? [] : [`the entry point ${source.entryPoint} is not a service`]),
    ...all.filter((name) => !workloadName.test(name)).map((name) => `${name} is not a valid name`),
    // A database's owner is a role of this name.
    ...all.filter((name) => name.endsWith('-owner')).map((name) => `${name} is the name of an owner`),
    ...keptNames('service', services, whyNoService),
    ...keptNames('workload', others, whyNoWorkload),
    ...repeated([...services, ...others]).map((name) => `${name} is the name of two workloads`),
    ...repeated([...new Set([...services, ...others]), ...source.thirdParties]).map(
      (name) => `${name} is the name of a third party and of another`,
    ),
    ...repeated(Object.values(source.services).flatMap(apisOf)).map((api) => `${api} is the API of two services`),
    ...dnsNames.flatMap(([name, workload]) => [
      ...repeated([name, ...(workload.dnsNames ?? [])]).map((dns) => `${name} has the DNS name ${dns} twice`),
      ...(workload.dnsNames ?? [])
        .filter((dns) => !dnsName.test(dns))
        .map((dns) => `${name} has the DNS name ${dns}, which is not valid`),
    ]),
  ];
}

function keptNames(kind: string, names: readonly string[], why: (name: string) => string | null): string[] {
  return names.flatMap((name) => {
    const reason = why(name);
    return reason === null ? [] : [`${name} cannot be the name of a ${kind}: ${reason}`];
  });
}

function apisOf({ api, methods }: ServiceSource): readonly string[] {
  return [...new Set([api, ...Object.values(methods).map((rule) => rule.api ?? api)])];
}

function faultsOfService(name: string, service: ServiceSource): string[] {
  return [
    ...(sentence.test(service.about) ? [] : [`${name} is about something that is no sentence of one line`]),
    ...apisOf(service)
      .filter((api) => !apiName.test(api))
      .map((api) => `${name} has the API ${api}, which is not a valid name`),
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

function faultsOfApiKeys(source: GraphSource, name: string, { apiKeysOf = [], tables }: ServiceSource): string[] {
  return [
    ...apiKeysOf
      .filter((other) => !source.thirdParties.includes(other))
      .map((other) => `${name} has an API key of ${other}, which is no third party`),
    ...repeated(apiKeysOf).map((other) => `${name} has an API key of ${other} twice`),
    ...(apiKeysOf.length > 0 && tables === undefined ? [`${name} has API keys and no login to Vault`] : []),
  ];
}

function faultsOfCircles(methods: readonly NamedMethod[]): string[] {
  const callersOf = new Map(methods.map(({ name, rule }) => [name, namedCallers(rule)]));
  return onOrBelowCircles(callersOf).flatMap((name) => {
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

/** Takes away, again and again, what nobody left calls. What then remains is on a circle or called from one. */
function onOrBelowCircles(callersOf: ReadonlyMap<string, readonly string[]>): string[] {
  const calls = [...callersOf].flatMap(([callee, callers]) => callers.map((caller) => ({ caller, callee })));
  const callsBy = Map.groupBy(calls, ({ caller }) => caller);
  const callersLeft = new Map(
    [...callersOf].map(([name, callers]) => [name, callers.filter((caller) => callersOf.has(caller)).length]),
  );
  const open = [...callersLeft].filter(([, left]) => left === 0).map(([name]) => name);
  for (let free = open.pop(); free !== undefined; free = open.pop()) {
    callersLeft.delete(free);
    for (const { callee } of callsBy.get(free) ?? []) {
      const left = (callersLeft.get(callee) ?? 0) - 1;
      callersLeft.set(callee, left);
      if (left === 0) open.push(callee);
    }
  }
  return [...callersLeft.keys()];
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
