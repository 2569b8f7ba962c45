import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { accessGraph } from '@zt/access-graph';
import type { StackDescription } from '@zt/e2e/stack-description';
import { issueFirstApiKey } from '../../card-network/start-card-network.ts';
import { reconcileVault } from '../../vault/reconcile-vault.ts';
import { places } from '../places.ts';
import { writeChanged } from '../write-changed.ts';
import type { BootstrapOptions } from './bootstrap-options.ts';
import type { OpenContainerVault } from './open-container-vault.ts';

/** Makes Vault's logins, policies and roles what the access graph says, and gives it payment's API key where it has none. */
export async function setUpVault(
  { client, withRoot }: OpenContainerVault,
  { addresses, cardNetwork }: Pick<StackDescription, 'addresses' | 'cardNetwork'>,
  { databaseLoginTtlSeconds, patience, report }: BootstrapOptions,
): Promise<void> {
  const authority = await patience('card-network', () => readFile(places.cardNetwork.ownAuthority, 'utf8'));
  const before = await writeChanged(places.cardNetwork.authority, authority);
  report(`authority of the card network, for payment: ${before === 'same' ? 'as it should be' : 'copied'}`);

  const { certificate, vaultAudit: auditFile } = places.servers;
  const postgresPlugin = join(places.servers.vaultPlugins, 'postgresql-database-plugin');
  let issued = false;
  await withRoot(async (token) =>
    reconcileVault(client, token, {
      graph: accessGraph,
      databaseLoginTtlSeconds,
      place: { auditFile, postgresAddress: addresses.postgres, certificate },
      bundle: await readFile(places.trustBundle, 'utf8'),
      postgresPlugin: existsSync(postgresPlugin) ? postgresPlugin : null,
      async issueApiKey() {
        issued = true;
        return await patience('card-network', () => issueFirstApiKey(cardNetwork.admin));
      },
    }),
  );
  report('vault: logins, policies and roles are what the access graph says');
  report(`API key of payment: ${issued ? 'issued' : 'as it should be'}`);
}
