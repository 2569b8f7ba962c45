import type { VaultClient } from '@zt/kit/vault';
import { generateRootToken, withRootToken } from './root-token.ts';
import { initialise, readUnsealKey, sealStatus, unseal } from './seal.ts';

/** A Vault that serves, in the hands of whoever holds its unseal key. */
export interface OpenVault {
  /** Whether this was its first time. */
  readonly initialised: boolean;
  /** Lends the work a root token that is gone afterwards. */
  withRoot<Result>(work: (token: string) => Promise<Result>): Promise<Result>;
}

/** Asks again until it works. Throws where it takes too long. */
export type Until = (ask: () => Promise<unknown>) => Promise<unknown>;

/** Waits for a Vault, initialises it the first time, unseals it, and waits until it serves. */
export async function openVault(client: VaultClient, unsealKeyFile: string, until: Until): Promise<OpenVault> {
  await until(() => sealStatus(client));
  let firstRootToken = await initialise(client, unsealKeyFile);
  const initialised = firstRootToken !== null;
  await unseal(client, unsealKeyFile);
  await until(() => requireActive(client));
  return {
    initialised,
    withRoot(work) {
      const getToken = async () => {
        const token = firstRootToken ?? (await generateRootToken(client, await readUnsealKey(unsealKeyFile)));
        firstRootToken = null;
        return token;
      };
      return withRootToken(client, getToken, work);
    },
  };
}

export async function requireActive(client: VaultClient): Promise<void> {
  const health = (await client.read('sys/health')) as { readonly sealed?: boolean; readonly standby?: boolean };
  if (health.sealed !== false || health.standby !== false) throw new Error('Vault does not serve yet');
}
