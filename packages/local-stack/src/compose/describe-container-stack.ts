import { join } from 'node:path';
import { accessGraph, ofEachService } from '@zt/access-graph';
import { stackOfContainers } from '@zt/e2e/enclosing-stack';
import type { StackDescription, WorkloadAccess } from '@zt/e2e/stack-description';
import { logPath } from '../supervisor/process-log.ts';
import { accessOfEach } from '../surroundings/identity-access.ts';
import { identityProviders } from '../surroundings/identity-provider.ts';
import { hostOf, places, ports, publicHostOf, thirdPartyHostOf } from './places.ts';

/** What clients have to know of a stack of containers, as seen from a container that is on each of its networks. */
export function describeContainerStack(): StackDescription {
  const https = (host: string): string => `https://${host}:${ports.https}`;
  const access = (program: string): WorkloadAccess => ({ program, socket: places.workloadApi });
  const { name: providerName, process: providerProcess } = identityProviders.native;
  return {
    kind: 'compose',
    name: stackOfContainers.name,
    gatewayUrl: https(hostOf('gateway')),
    issuerUrl: https(hostOf('identity')),
    userIssuer: 'own',
    issuerBundleFile: places.trustBundle,
    bundleFile: places.trustBundle,
    settlementsUrl: `${https(publicHostOf(accessGraph, 'payment'))}/settlements`,
    cardNetwork: {
      url: `https://${thirdPartyHostOf('card-network')}:${ports.grpc}`,
      admin: {
        url: https(hostOf('card-network')),
        caFile: places.cardNetwork.authority,
        keyFile: places.cardNetwork.adminKey,
      },
    },
    usersFile: join(places.stack, 'users.json'),
    spoolDirectory: places.spools,
    logsDirectory: places.logs,
    vaultAuditFile: places.vaultAudit,
    socketDirectory: places.postgresSocketDirectory,
    addresses: {
      ...ofEachService((name) => `${hostOf(name)}:${ports.grpc}`),
      vault: `https://${hostOf('vault')}:${ports.vault}`,
      postgres: `${hostOf('postgres')}:${ports.postgres}`,
    },
    workloads: accessOfEach((name) => access(join(places.workloadPrograms, name))),
    stranger: access(process.execPath),
    identityProvider: { name: providerName, logFile: logPath(places.logs, providerProcess) },
  };
}
