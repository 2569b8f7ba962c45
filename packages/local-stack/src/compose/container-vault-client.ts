import { accessGraph, spiffeIdOf } from '@zt/access-graph';
import { parseSpiffeId } from '@zt/kit/identity';
import { createVaultClient, type VaultClient } from '@zt/kit/vault';
import { readBundle } from '../vault/read-bundle.ts';
import { places } from './places.ts';

/**
 * For whoever asks Vault without an identity. That it is Vault that answers is known by its SPIFFE ID and the published
 * trust bundle, which is read anew for each request.
 */
export function createContainerVaultClient(vaultAddress: string, timeoutMs: number): VaultClient {
  const { trustDomain } = accessGraph;
  return createVaultClient({
    source: {
      current: () => ({ svid: null, bundles: new Map([[trustDomain, readBundle(places.trustBundle, trustDomain)]]) }),
    },
    vaultAddress,
    vaultSpiffeId: parseSpiffeId(spiffeIdOf(accessGraph, 'vault')),
    timeoutMs,
  });
}
