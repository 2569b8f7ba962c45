import { existsSync } from 'node:fs';
import type { VaultClient } from '@zt/kit/vault';
import { type OpenVault, openVault } from '../../vault/open-vault.ts';
import { sealStatus } from '../../vault/seal.ts';
import { createContainerVaultClient } from '../container-vault-client.ts';
import { places } from '../places.ts';
import type { BootstrapOptions } from './bootstrap-options.ts';

export interface OpenContainerVault extends OpenVault {
  readonly client: VaultClient;
}

/**
 * Waits for Vault, initialises it the first time and unseals it. Whoever does that holds the unseal key and needs no
 * identity: an SVID would only be one more thing that this container could be robbed of.
 */
export async function openContainerVault(
  vaultAddress: string,
  { patience, report }: BootstrapOptions,
): Promise<OpenContainerVault> {
  const client = createContainerVaultClient(vaultAddress, 30_000);
  const { initialized } = await patience('vault', () => sealStatus(client));
  if (initialized && !existsSync(places.unsealKey)) {
    throw new Error(
      'Vault was initialised before, and its unseal key is gone: nobody can open it again. To begin anew, without any ' +
        'data: docker compose down -v, then docker compose up',
    );
  }
  const vault = await openVault(client, places.unsealKey, (ask) => patience('vault', ask));
  report(vault.initialised ? 'vault: initialised; its unseal key is in a volume of its own' : 'vault: open');
  return { ...vault, client };
}
