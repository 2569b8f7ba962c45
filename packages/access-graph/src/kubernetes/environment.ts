import type { AccessGraph, GraphService } from '../graph.ts';
import { networkDoors } from '../network-doors.ts';
import { servesHttps, servesUsers } from './doors.ts';
import { authorityOf, folders, identityProvider, ports, tokenService, workloadApiSocket } from './places.ts';

/** A variable of a container, as Kubernetes has it. */
export interface Variable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: object;
}

/** All that a service is told, none of which is secret. It listens on its pod's address, which Kubernetes fills in. */
export function environmentOf(graph: AccessGraph, service: GraphService): Variable[] {
  const ownProvider = service.name === identityProvider || servesUsers(service);
  return [
    { name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
    variable('SPIFFE_ENDPOINT_SOCKET', workloadApiSocket),
    variable('SPOOL_DIRECTORY', folders.spool),
    variable('LISTEN_ADDRESS', `$(POD_IP):${ports.grpc}`),
    ...(servesHttps(service) ? [variable('PUBLIC_ADDRESS', `$(POD_IP):${ports.https}`)] : []),
    ...(ownProvider ? [variable('ISSUER', `https://${identityProvider}:${ports.https}`)] : []),
    ...calleesOf(graph, service).map((callee) => variable(`${upperCase(callee)}_ADDRESS`, `${callee}:${ports.grpc}`)),
    ...(service.tables === null
      ? []
      : [
          variable('VAULT_ADDRESS', `https://vault:${ports.vault}`),
          variable('DATABASE_ADDRESS', `postgres:${ports.postgres}`),
        ]),
    ...service.apiKeysOf.flatMap((thirdParty) => [
      variable(`${upperCase(thirdParty)}_URL`, `https://${thirdParty}.example`),
      variable(`${upperCase(thirdParty)}_CA_FILE`, `${authorityOf(thirdParty).folder}/authority.pem`),
    ]),
  ];
}

function calleesOf(graph: AccessGraph, { name }: GraphService): string[] {
  const isService = (callee: string): boolean => graph.services.some((service) => service.name === callee);
  const called = networkDoors(graph).filter(({ callers }) => callers.includes(name));
  return [...new Set([tokenService, ...called.map(({ callee }) => callee)])].filter(isService).toSorted();
}

function upperCase(name: string): string {
  return name.toUpperCase().replaceAll('-', '_');
}

function variable(name: string, value: string): Variable {
  return { name, value };
}
