import type { AccessGraph } from '@zt/access-graph';
import type { Rpc } from './contracts.ts';
import { apiOf, graphFile, isRpc, lastNameOf, type MethodOfService, methodsOfServices } from './graph-calls.ts';

/** Contracts that others wrote: health is served by every service for itself, the Workload API by SPIRE's agent. */
const ofOthers = ['proto/grpc/', 'proto/spiffe/'];

/** Where graph and `proto` differ, and methods that nobody may call: one sentence each, with what to do. */
export function findContractFaults(graph: AccessGraph, rpcs: readonly Rpc[]): string[] {
  const own = rpcs.filter(({ file }) => !ofOthers.some((folder) => file.startsWith(folder)));
  const methods = methodsOfServices(graph);
  return [
    ...methods.filter(isRpc).flatMap((method) => faultOfMethod(method, own)),
    ...own
      .filter(({ fullName }) => !methods.some(({ method }) => method.fullName === fullName))
      .map(missingInGraph(methods)),
    ...methods.flatMap(({ method: { callers, shortName } }) =>
      callers.kind === 'workloads' && callers.names.length === 0
        ? [`${graphFile}: nobody may call ${shortName}. Name a caller, or take the method and its rpc out.`]
        : [],
    ),
  ];
}

function faultOfMethod({ service, api, method }: MethodOfService, rpcs: readonly Rpc[]): string[] {
  if (rpcs.some(({ fullName }) => fullName === method.fullName)) return [];
  const name = lastNameOf(method.fullName);
  const [beside] = rpcs.filter((rpc) => rpc.api === api);
  const folder = service.replaceAll('-', '_');
  const rpc = `rpc ${name}(${name}Request) returns (${name}Response);`;
  return [
    beside === undefined
      ? `${graphFile}: ${method.shortName} is of the API ${api}, which no file in proto has. ` +
        `Correct the api of ${service}, or write proto/${folder}/v1/${folder}.proto and type \`npx -y pnpm@12 generate\`.`
      : `${graphFile}: ${method.shortName} is no rpc of ${api}. ` +
        `Add \`${rpc}\` to ${beside.file} and type \`npx -y pnpm@12 generate\`, or take the method out of the graph.`,
  ];
}

function missingInGraph(methods: readonly MethodOfService[]): (rpc: Rpc) => string {
  return ({ fullName, api, file }) => {
    const service = methods.find(({ method }) => apiOf(method.fullName) === api)?.service;
    const where = service === undefined ? `a service with api: '${api}'` : `the methods of ${service}`;
    return (
      `${file}: the access graph has no ${fullName.slice(1)}, so nobody may call it. ` +
      `Add ${lastNameOf(fullName)} to ${where} in ${graphFile}, or take the rpc out and type \`npx -y pnpm@12 generate\`.`
    );
  };
}
