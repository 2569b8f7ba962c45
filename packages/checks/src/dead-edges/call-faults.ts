import type { AccessGraph } from '@zt/access-graph';
import type { CodeUse } from './code-use.ts';
import {
  definitionOf,
  graphFile,
  lastNameOf,
  type MethodOfService,
  methodsOfServices,
  namedWorkloads,
} from './graph-calls.ts';
import type { CheckedCode } from './read-code.ts';

/** Where graph and code differ in who calls whom, and what is served by whom: one sentence each, with what to do. */
export function findCallFaults(graph: AccessGraph, { uses }: Pick<CheckedCode, 'uses'>): string[] {
  const methods = methodsOfServices(graph);
  return [...uses.flatMap((use) => faultOfUse(use, methods)), ...edgesWithoutClient(methods, uses)];
}

/** Calls that the graph allows and no code makes: nothing breaks, but who is allowed more than he needs can do more harm. */
export function findUnusedEdges(graph: AccessGraph, { uses }: Pick<CheckedCode, 'uses'>): string[] {
  return methodsOfServices(graph).flatMap(({ method }) =>
    namedWorkloads(method)
      .filter((caller) => !uses.some((use) => use.kind === 'calls' && isCall(use, caller, method.fullName)))
      .map((caller) => `${caller} may call ${method.shortName}, and its code does not`),
  );
}

function isCall(use: Extract<CodeUse, { kind: 'calls' }>, caller: string, method: string): boolean {
  return use.workload === caller && use.method === method;
}

function faultOfUse(use: CodeUse, methods: readonly MethodOfService[]): string[] {
  const { workload, at } = use;
  const ownApis = methods.filter(({ service }) => service === workload).map(({ api }) => api);
  switch (use.kind) {
    case 'calls': {
      const called = methods.find(({ method }) => method.fullName === use.method);
      // What proto has and the graph lacks is a fault of its own.
      if (called === undefined || called.service === workload) return [];
      if (mayCall(workload, called)) return [];
      const { shortName } = called.method;
      return [
        `${at}: ${workload} calls ${shortName}, which the access graph does not let it. Add the calling method, such as ` +
          `${exampleOf(workload, called, methods)}, to the callers of ${shortName} in ${graphFile}, or take the call out.`,
      ];
    }
    case 'connects': {
      const ofApi = methods.filter(({ api }) => api === use.api);
      const owner = ofApi[0]?.service;
      if (owner !== undefined && owner !== use.service) {
        return [
          `${at}: ${definitionOf(use.api)} is served by ${owner}: write kit.connect(${definitionOf(use.api)}, '${owner}').`,
        ];
      }
      if (ofApi.some((method) => mayCall(workload, method))) return [];
      return [
        `${at}: ${workload} has a client of ${use.api}, and may call none of its methods. Name a method of ${workload} ` +
          `among the callers of one in ${graphFile}, or take the client out.`,
      ];
    }
    case 'serves':
      return ownApis.includes(use.api)
        ? []
        : [
            `${at}: ${workload} serves ${use.api}, of which it has no method in ${graphFile}. Add them, or take this out.`,
          ];
    case 'unclear':
      return ownApis.includes(use.api)
        ? []
        : [
            `${at}: who calls ${use.api} with this cannot be seen. Write kit.connect(${definitionOf(use.api)}, '…') with the ` +
              "service's name in quotes, and call its methods.",
          ];
  }
}

function mayCall(workload: string, { method: { callers } }: MethodOfService): boolean {
  return callers.kind === 'workloads' && callers.names.includes(workload);
}

/** Most often a method calls the one of its own name. */
function exampleOf(workload: string, called: MethodOfService, methods: readonly MethodOfService[]): string {
  const own = methods.filter(({ service }) => service === workload).map(({ method }) => method);
  const name = lastNameOf(called.method.fullName);
  const example = own.find(({ fullName }) => lastNameOf(fullName) === name) ?? own[0];
  return `'${example?.shortName ?? workload}'`;
}

/** Once for each service and API, however many methods of it are called. */
function edgesWithoutClient(methods: readonly MethodOfService[], uses: readonly CodeUse[]): string[] {
  const services = new Set(methods.map(({ service }) => service));
  const edges = methods.flatMap(({ service, api, method }) =>
    namedWorkloads(method).map((caller) => ({ caller, service, api, method })),
  );
  return [...Map.groupBy(edges, ({ caller, api }) => `${caller} ${api}`).values()].flatMap((each) => {
    const [{ caller, service, api } = missing()] = each;
    // Other workloads have no kit, and call in ways of their own.
    if (!services.has(caller)) return [];
    if (uses.some((use) => use.kind === 'connects' && use.workload === caller && use.api === api)) return [];
    const called = each.map(({ method }) => method.shortName).join(', ');
    return [
      `${graphFile}: ${caller} may call ${called}, and has no client of ${service}. Add kit.connect(${definitionOf(api)}, ` +
        `'${service}') to apps/${caller}/src/downstream.ts, or take the callers of ${caller} out of the graph.`,
    ];
  });
}

function missing(): never {
  throw new TypeError('a group has members');
}
