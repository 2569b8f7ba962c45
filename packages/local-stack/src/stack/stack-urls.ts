import { accessGraph, identityProvider, type ServiceName } from '@zt/access-graph';
import { dexIssuer } from '../dex/dex-config.ts';
import type { StackContext, StackPorts } from '../stack-context.ts';

/** Where Dex is among its programs, it is Dex who issues users' tokens. */
export type UserIssuerContext = Pick<StackContext, 'ports'> & {
  readonly programs: Pick<StackContext['programs'], 'dex'>;
};

/** By name, because browsers and certificates know it so; the port is on 127.0.0.1 only. */
export function gatewayUrl(ports: StackPorts): string {
  return httpsUrl(ports, accessGraph.entryPoint);
}

/** The stack's own provider. */
export function issuerUrl(ports: StackPorts): string {
  return httpsUrl(ports, identityProvider);
}

/** Of whoever users log in at: Dex where it is among the stack's programs. */
export function userIssuerUrl({ ports, programs }: UserIssuerContext): string {
  return programs.dex === null ? issuerUrl(ports) : dexIssuer(ports.dex);
}

export function cardNetworkUrl(ports: StackPorts): string {
  return `https://localhost:${ports.cardNetwork}`;
}

/** Where payment takes the card network's notices. */
export function settlementsUrl(ports: StackPorts): string {
  return `${httpsUrl(ports, 'payment')}/settlements`;
}

export function vaultUrl(ports: Pick<StackPorts, 'vault'>): string {
  return `https://${localAddress(ports.vault)}`;
}

/** `host:port` of whatever listens on this machine only. */
export function localAddress(port: number): string {
  return `127.0.0.1:${port}`;
}

/** Where a service listens for HTTPS, besides gRPC. Throws where it does not. */
export function httpsPort({ https }: StackPorts, service: ServiceName): number {
  const port = https[service];
  if (port === undefined) throw new TypeError(`nobody comes to ${service} over HTTPS by the access graph`);
  return port;
}

function httpsUrl(ports: StackPorts, service: ServiceName): string {
  return `https://localhost:${httpsPort(ports, service)}`;
}
