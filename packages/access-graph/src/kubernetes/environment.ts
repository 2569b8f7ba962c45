import type { AccessGraph, GraphService } from '../graph.ts';
import { addressVariable, identityProvider, serviceNeeds, thirdPartyVariables } from '../service-needs.ts';
import { authorityOf, folders, ports, workloadApiSocket } from './places.ts';

/** A variable of a container, as Kubernetes has it. */
export interface Variable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: object;
}

/** All that a service is told, none of which is secret. It listens on its pod's address, which Kubernetes fills in. */
export function environmentOf(graph: AccessGraph, service: GraphService): Variable[] {
  const needs = serviceNeeds(graph, service);
  return [
    { name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
    variable('SPIFFE_ENDPOINT_SOCKET', workloadApiSocket),
    variable('SPOOL_DIRECTORY', folders.spool),
    variable('LISTEN_ADDRESS', `$(POD_IP):${ports.grpc}`),
    ...(needs.https.length > 0 ? [variable('PUBLIC_ADDRESS', `$(POD_IP):${ports.https}`)] : []),
    ...(needs.issuer ? [variable('ISSUER', `https://${identityProvider}:${ports.https}`)] : []),
    ...needs.callees.toSorted().map((callee) => variable(addressVariable(callee), `${callee}:${ports.grpc}`)),
    ...(needs.database
      ? [
          variable('VAULT_ADDRESS', `https://vault:${ports.vault}`),
          variable('DATABASE_ADDRESS', `postgres:${ports.postgres}`),
        ]
      : []),
    ...needs.thirdParties.flatMap((thirdParty) => {
      const { url, authorityFile } = thirdPartyVariables(thirdParty);
      return [
        variable(url, `https://${thirdParty}.example`),
        variable(authorityFile, `${authorityOf(thirdParty).folder}/authority.pem`),
      ];
    }),
  ];
}

function variable(name: string, value: string): Variable {
  return { name, value };
}
