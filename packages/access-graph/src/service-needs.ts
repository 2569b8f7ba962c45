import type { AccessGraph, GraphService } from './graph.ts';
import { networkDoors } from './network-doors.ts';

/** Where users log in, whose keys its clients read over HTTPS; and who gives out tokens for calls. */
export const identityProvider = 'identity';

/** What a service has to be told and given, wherever it runs. Everything here is by name: none of it is secret. */
export interface ServiceNeeds<Service extends string = string> {
  /** The services whose address it is told, as the graph lists them: those that it calls, and identity, itself too. */
  readonly callees: readonly Service[];
  /** It has one of its own name, and asks Vault for a login at it. Without one it has no keys of third parties either. */
  readonly database: boolean;
  /** Who comes to it over HTTPS, besides those who call it over gRPC. */
  readonly https: readonly HttpsClient[];
  /** It is told where users log in (`ISSUER`). */
  readonly issuer: boolean;
  /** It is told where they are (`CARD_NETWORK_URL`), and how to know them (`CARD_NETWORK_CA_FILE`). */
  readonly thirdParties: readonly string[];
}

/** OpenID Connect's clients come to the identity provider only: users' browsers, and the entry point. */
export type HttpsClient = 'users' | 'third parties' | 'clients of OpenID Connect';

export function serviceNeeds<Name extends string, Service extends Name>(
  graph: AccessGraph<Name, Service>,
  service: GraphService<Name, Service>,
): ServiceNeeds<Service> {
  const called = networkDoors(graph).filter(({ callers }) => callers.includes(service.name));
  const told = new Set<string>([identityProvider, ...called.map(({ callee }) => callee)]);
  const https = httpsClientsOf(service);
  return {
    callees: graph.services.map(({ name }) => name).filter((name) => told.has(name)),
    database: service.tables !== null,
    https,
    issuer: service.name === identityProvider || https.includes('users'),
    thirdParties: service.apiKeysOf,
  };
}

/** None: it listens for gRPC alone. */
export function httpsClientsOf({ name, methods }: GraphService): HttpsClient[] {
  const isCalledBy = (kind: string): boolean => methods.some(({ callers }) => callers.kind === kind);
  return [
    ...(isCalledBy('users') ? (['users'] as const) : []),
    ...(isCalledBy('third party') ? (['third parties'] as const) : []),
    ...(name === identityProvider ? (['clients of OpenID Connect'] as const) : []),
  ];
}

/** `ORDER_ADDRESS`: the variable in which a service is told `host:port` of another one. */
export function addressVariable(service: string): string {
  return `${upperCase(service)}_ADDRESS`;
}

/** The variables in which a service is told of a third party: its URL, and the file with the authority that it is known by. */
export function thirdPartyVariables(thirdParty: string): { readonly url: string; readonly authorityFile: string } {
  return { url: `${upperCase(thirdParty)}_URL`, authorityFile: `${upperCase(thirdParty)}_CA_FILE` };
}

function upperCase(name: string): string {
  return name.toUpperCase().replaceAll('-', '_');
}
