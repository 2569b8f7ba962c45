import { join } from 'node:path';
import { cardNetworkFiles, cardNetworkName } from '../card-network/card-network-files.ts';
import { dexIssuer } from '../dex/dex-config.ts';
import { dexFiles } from '../dex/dex-files.ts';
import type { StackContext, StackPorts } from '../stack-context.ts';
import type { StackSettings } from './stack-settings.ts';

export const appNames = ['identity', 'inventory', 'payment', 'order', 'gateway', 'audit'] as const;
export type AppName = (typeof appNames)[number];

export function ofEachApp<Value>(value: (name: AppName) => Value): Record<AppName, Value> {
  return Object.fromEntries(appNames.map((name) => [name, value(name)])) as Record<AppName, Value>;
}

/** Where Dex is among its programs, it is Dex who issues users' tokens. */
type EnvironmentContext = Pick<StackContext, 'stateDirectory' | 'ports'> & {
  readonly programs: Pick<StackContext['programs'], 'dex'>;
};

/** The whole environment of an app. Nothing in it is a secret. */
export function appEnvironment(
  context: EnvironmentContext,
  name: AppName,
  workloadApi: string,
  settings: Pick<StackSettings, 'spoolLimitBytes'> = {},
): Record<string, string> {
  const { ports } = context;
  const { spoolLimitBytes } = settings;
  return {
    SPIFFE_ENDPOINT_SOCKET: workloadApi,
    LISTEN_ADDRESS: address(ports[name]),
    SPOOL_DIRECTORY: join(context.stateDirectory, 'spool', name),
    IDENTITY_ADDRESS: address(ports.identity),
    VAULT_ADDRESS: vaultUrl(ports),
    DATABASE_ADDRESS: address(ports.postgres),
    ...(spoolLimitBytes === undefined ? {} : { SPOOL_LIMIT_BYTES: String(spoolLimitBytes) }),
    ...ownEnvironment(name, context),
    ...(name === 'gateway' || name === 'identity' ? userIssuerEnvironment(context) : {}),
  };
}

function userIssuerEnvironment(context: EnvironmentContext): Record<string, string> {
  return {
    ISSUER: issuerUrl(context.ports),
    ...(context.programs.dex === null ? {} : { USER_ISSUER_FILE: dexFiles(context).userIssuerFile }),
  };
}

function ownEnvironment(name: AppName, context: EnvironmentContext): Record<string, string> {
  const { ports } = context;
  const AUDIT_ADDRESS = address(ports.audit);
  switch (name) {
    case 'gateway':
      return {
        PUBLIC_ADDRESS: address(ports.gatewayPublic),
        ORDER_ADDRESS: address(ports.order),
        INVENTORY_ADDRESS: address(ports.inventory),
        AUDIT_ADDRESS,
        // Load comes from one address and one user here.
        ADDRESS_LIMIT: '20000/10',
        USER_LIMIT: '20000/10',
      };
    case 'order':
      return { INVENTORY_ADDRESS: address(ports.inventory), PAYMENT_ADDRESS: address(ports.payment), AUDIT_ADDRESS };
    case 'identity':
      return { PUBLIC_ADDRESS: address(ports.identityPublic), AUDIT_ADDRESS };
    case 'payment':
      return {
        PUBLIC_ADDRESS: address(ports.paymentPublic),
        ORDER_ADDRESS: address(ports.order),
        CARD_NETWORK_URL: cardNetworkUrl(ports),
        CARD_NETWORK_CA_FILE: cardNetworkFiles(context).authority,
        AUDIT_ADDRESS,
      };
    case 'inventory':
      return { AUDIT_ADDRESS };
    case 'audit':
      return {};
  }
}

/** The ports of each process, for people who look at the status. */
export function portsOf(name: string, { kind, ports }: Pick<StackContext, 'kind' | 'ports'>): number[] {
  switch (name) {
    case 'spire-server':
      return [ports.spireServer];
    case 'postgres':
      return [ports.postgres];
    case 'vault':
      return kind === 'native' ? [ports.vault, ports.vaultCluster] : [ports.vault];
    case 'gateway':
      return [ports.gatewayPublic, ports.gateway];
    case 'dex':
      return [ports.dex];
    case 'identity':
      return [ports.identityPublic, ports.identity];
    case 'payment':
      return [ports.paymentPublic, ports.payment];
    case cardNetworkName:
      return [ports.cardNetwork, ports.cardNetworkAdmin];
    case 'order':
    case 'inventory':
    case 'audit':
      return [ports[name]];
    default:
      return [];
  }
}

/** By name, because browsers and certificates know it so; the port is on 127.0.0.1 only. */
export function gatewayUrl(ports: StackPorts): string {
  return `https://localhost:${ports.gatewayPublic}`;
}

function issuerUrl(ports: StackPorts): string {
  return `https://localhost:${ports.identityPublic}`;
}

/** Of whoever users log in at: Dex where it is among the stack's programs. */
export function userIssuerUrl({ ports, programs }: EnvironmentContext): string {
  return programs.dex === null ? issuerUrl(ports) : dexIssuer(ports.dex);
}

export function cardNetworkUrl(ports: StackPorts): string {
  return `https://localhost:${ports.cardNetwork}`;
}

/** Where payment takes the card network's notices. */
export function settlementsUrl(ports: StackPorts): string {
  return `https://localhost:${ports.paymentPublic}/settlements`;
}

export function vaultUrl(ports: StackPorts): string {
  return `https://127.0.0.1:${ports.vault}`;
}

function address(port: number): string {
  return `127.0.0.1:${port}`;
}
