import { existsSync } from 'node:fs';
import { accessGraph, spiffeIdOf } from '@zt/access-graph';
import { parseSpiffeId } from '@zt/kit/identity';
import { createVaultClient, type VaultClient } from '@zt/kit/vault';
import { type OpenVault, openVault } from '../../vault/open-vault.ts';
import { readBundle } from '../../vault/read-bundle.ts';
import { sealStatus } from '../../vault/seal.ts';
import { places } from '../places.ts';
import type { BootstrapOptions } from './bootstrap.ts';

export interface OpenContainerVault extends OpenVault {
  readonly client: VaultClient;
}

/**
 * Waits for Vault, initialises it the first time and unseals it. Whoever does that holds the unseal key and needs no
 * identity: an SVID would only be one more thing that this container could be robbed of. That it is Vault that answers is
 * known by its SPIFFE ID and the published trust bundle, which is read anew for each request.
 */
export async function openContainerVault(
  vaultAddress: string,
  { patience, report }: BootstrapOptions,
): Promise<OpenContainerVault> {
  const { trustDomain } = accessGraph;
  const client = createVaultClient({
    source: {
      current: () => ({
        svid: null,
        bundles: new Map([[trustDomain, readBundle(places.trustBundle, trustDomain)]]),
      }),
    },
    vaultAddress,
    vaultSpiffeId: parseSpiffeId(spiffeIdOf(accessGraph, 'vault')),
    timeoutMs: 30_000,
  });
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
