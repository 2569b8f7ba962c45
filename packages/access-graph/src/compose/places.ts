import type { AccessGraph } from '../graph.ts';

/** Where things are in a stack of containers. */
export const ports = { grpc: 8443, https: 8444, vault: 8200, postgres: 5432 } as const;

/** The name of a part on its own network, which its certificate has as well. */
export function hostOf(part: string): string {
  return `${part}.internal`;
}

/** By this a service that third parties call is known to them, on the internet. */
export function publicHostOf({ trustDomain }: Pick<AccessGraph, 'trustDomain'>, service: string): string {
  return `${service}.${trustDomain}`;
}

/** And by this a third party to those who call it. */
export function thirdPartyHostOf(thirdParty: string): string {
  return `${thirdParty}.example`;
}
