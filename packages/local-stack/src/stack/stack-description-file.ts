import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ofEachService } from '@zt/access-graph';
import { descriptionPath, type StackDescription } from '@zt/e2e/stack-description';
import { cardNetworkAdmin } from '../card-network/card-network-files.ts';
import { dexFiles } from '../dex/dex-files.ts';
import { svidFiles } from '../sidecar/svid-files.ts';
import type { StackContext } from '../stack-context.ts';
import { logPath } from '../supervisor/process-log.ts';
import type { IdentityAccess } from '../surroundings/identity-access.ts';
import { identityProviders } from '../surroundings/identity-provider.ts';
import { cardNetworkUrl, gatewayUrl, localAddress, settlementsUrl, userIssuerUrl, vaultUrl } from './stack-urls.ts';

/** Where a running stack says what clients have to know of it. There is none while it does not run. */
export interface StackDescriptionFile {
  write(access: IdentityAccess): Promise<void>;
  remove(): Promise<void>;
}

export function createStackDescriptionFile(context: StackContext): StackDescriptionFile {
  const path = descriptionPath(context.stateDirectory);
  return {
    async write(access) {
      await writeFile(`${path}.new`, `${JSON.stringify({ ...describe(context), ...access }, null, 2)}\n`, {
        mode: 0o600,
      });
      await rename(`${path}.new`, path);
    },
    remove: () => rm(path, { force: true }),
  };
}

function describe(context: StackContext): Omit<StackDescription, keyof IdentityAccess> {
  const { ports, stateDirectory } = context;
  const logsDirectory = join(stateDirectory, 'logs');
  const { name: providerName, process: providerProcess } = identityProviders[context.kind];
  const { bundleFile } = svidFiles(join(stateDirectory, 'svid/postgres'));
  return {
    kind: context.kind,
    name: context.name,
    gatewayUrl: gatewayUrl(ports),
    issuerUrl: userIssuerUrl(context),
    userIssuer: context.programs.dex === null ? 'own' : 'dex',
    issuerBundleFile: context.programs.dex === null ? bundleFile : dexFiles(context).authority,
    bundleFile,
    settlementsUrl: settlementsUrl(ports),
    cardNetwork: { url: cardNetworkUrl(ports), admin: cardNetworkAdmin(context) },
    usersFile: join(stateDirectory, 'users.json'),
    spoolDirectory: join(stateDirectory, 'spool'),
    logsDirectory,
    identityProvider: { name: providerName, logFile: logPath(logsDirectory, providerProcess) },
    vaultAuditFile: join(stateDirectory, 'vault/audit.log'),
    socketDirectory: context.socketDirectory,
    addresses: {
      ...ofEachService((name) => localAddress(ports.grpc[name])),
      vault: vaultUrl(ports),
      postgres: localAddress(ports.postgres),
    },
  };
}
