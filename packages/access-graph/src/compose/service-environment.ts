import type { AccessGraph, GraphService } from '../graph.ts';
import { addressVariable, identityProvider, serviceNeeds, thirdPartyVariables } from '../service-needs.ts';
import { hostOf, ports, publicHostOf, thirdPartyHostOf } from './places.ts';

/** Of these every service is told by the part that all environments in the file have in common. */
const toldToAll: readonly string[] = [identityProvider, 'audit'];

/** What a service's container is told, as lines of YAML. */
export function environmentLines(graph: AccessGraph, service: GraphService): string[] {
  const { callees, database, https, issuer, thirdParties } = serviceNeeds(graph, service);
  const publicHost = https.includes('third parties') ? publicHostOf(graph, service.name) : hostOf(service.name);
  return [
    `<<: *${database ? 'database' : 'app'}-environment`,
    `LISTEN_ADDRESS: ${hostOf(service.name)}:${ports.grpc}`,
    ...(https.length > 0 ? [`PUBLIC_ADDRESS: ${publicHost}:${ports.https}`] : []),
    ...(issuer ? [`ISSUER: https://${hostOf(identityProvider)}:${ports.https}`] : []),
    ...callees
      .filter((callee) => !toldToAll.includes(callee))
      .map((callee) => `${addressVariable(callee)}: ${hostOf(callee)}:${ports.grpc}`),
    ...thirdParties.flatMap((thirdParty) => {
      const { url, authorityFile } = thirdPartyVariables(thirdParty);
      return [
        `${url}: https://${thirdPartyHostOf(thirdParty)}:${ports.grpc}`,
        `${authorityFile}: /${thirdParty}/authority.pem`,
      ];
    }),
    ...(service.name === graph.entryPoint
      ? ['# Load comes from one address and one user here.', 'ADDRESS_LIMIT: 20000/10', 'USER_LIMIT: 20000/10']
      : []),
  ];
}
