import { join } from 'node:path';
import {
  accessGraph,
  addressVariable,
  type ServiceName,
  type ServiceNeeds,
  serviceNeeds,
  thirdPartyVariables,
} from '@zt/access-graph';
import { cardNetworkFiles, cardNetworkName } from '../card-network/card-network-files.ts';
import { dexFiles } from '../dex/dex-files.ts';
import type { StackContext } from '../stack-context.ts';
import type { StackSettings } from './stack-settings.ts';
import { cardNetworkUrl, httpsPort, issuerUrl, localAddress, type UserIssuerContext, vaultUrl } from './stack-urls.ts';

type EnvironmentContext = Pick<StackContext, 'stateDirectory'> & UserIssuerContext;

/** The whole environment of an app: what the access graph says that it needs, and no more. Nothing in it is a secret. */
export function appEnvironment(
  context: EnvironmentContext,
  name: ServiceName,
  workloadApi: string,
  settings: Pick<StackSettings, 'spoolLimitBytes'> = {},
): Record<string, string> {
  const { ports } = context;
  const { spoolLimitBytes } = settings;
  const needs = needsOf(name);
  return {
    SPIFFE_ENDPOINT_SOCKET: workloadApi,
    LISTEN_ADDRESS: localAddress(ports.grpc[name]),
    SPOOL_DIRECTORY: join(context.stateDirectory, 'spool', name),
    ...(spoolLimitBytes === undefined ? {} : { SPOOL_LIMIT_BYTES: String(spoolLimitBytes) }),
    ...(needs.https.length === 0 ? {} : { PUBLIC_ADDRESS: localAddress(httpsPort(ports, name)) }),
    ...Object.fromEntries(needs.callees.map((callee) => [addressVariable(callee), localAddress(ports.grpc[callee])])),
    ...(needs.database ? { VAULT_ADDRESS: vaultUrl(ports), DATABASE_ADDRESS: localAddress(ports.postgres) } : {}),
    ...(needs.issuer ? userIssuerEnvironment(context) : {}),
    ...Object.assign({}, ...needs.thirdParties.map((thirdParty) => thirdPartyEnvironment(thirdParty, context))),
    // Load comes from one address and one user here.
    ...(name === accessGraph.entryPoint ? { ADDRESS_LIMIT: '20000/10', USER_LIMIT: '20000/10' } : {}),
  };
}

function needsOf(name: ServiceName): ServiceNeeds<ServiceName> {
  const service = accessGraph.services.find((each) => each.name === name);
  if (service === undefined) throw new TypeError(`the access graph has no service ${name}`);
  return serviceNeeds(accessGraph, service);
}

function userIssuerEnvironment(context: EnvironmentContext): Record<string, string> {
  return {
    ISSUER: issuerUrl(context.ports),
    ...(context.programs.dex === null ? {} : { USER_ISSUER_FILE: dexFiles(context).userIssuerFile }),
  };
}

/** Throws for one that no stack on this machine has anything in place of. */
function thirdPartyEnvironment(thirdParty: string, context: EnvironmentContext): Record<string, string> {
  if (thirdParty !== cardNetworkName) throw new TypeError(`nothing here stands in for ${thirdParty}`);
  const { url, authorityFile } = thirdPartyVariables(thirdParty);
  return { [url]: cardNetworkUrl(context.ports), [authorityFile]: cardNetworkFiles(context).authority };
}
