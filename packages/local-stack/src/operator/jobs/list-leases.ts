import { VaultError } from '@zt/kit/vault';
import { z } from 'zod';
import type { OperatorVault } from '../operator.ts';
import { defineJob } from '../operator-job.ts';

export const vaultLease = z.object({
  id: z.string(),
  /** The service whose database login it is. */
  holder: z.string(),
  /** RFC 3339. */
  issuedAt: z.string(),
  endsAt: z.string(),
});
export type VaultLease = z.infer<typeof vaultLease>;

/** Every database login that is in force, by Vault's word. Not the logins themselves: nobody can read those again. */
export const listLeases = defineJob({
  name: 'list-leases',
  input: z.strictObject({}),
  output: z.array(vaultLease),
  run: (operator) =>
    operator.withVault(async (vault) => {
      const roles = await keysAt(vault, 'sys/leases/lookup/database/creds');
      const leases = await Promise.all(roles.map((role) => leasesOf(vault, role.replace(/\/$/, ''))));
      return leases.flat();
    }),
});

async function leasesOf(vault: OperatorVault, holder: string): Promise<VaultLease[]> {
  const keys = await keysAt(vault, `sys/leases/lookup/database/creds/${holder}`);
  const found = await Promise.all(keys.map((key) => lookUp(vault, holder, `database/creds/${holder}/${key}`)));
  return found.filter((lease) => lease !== null);
}

/** Null where it has ended since it was listed. */
async function lookUp({ client, token }: OperatorVault, holder: string, id: string): Promise<VaultLease | null> {
  try {
    const { data } = await client.write('sys/leases/lookup', { lease_id: id }, token);
    return vaultLease.parse({ id, holder, issuedAt: data?.issue_time, endsAt: data?.expire_time });
  } catch (error) {
    // Vault says 400 of a lease that it does not have.
    if (error instanceof VaultError && error.statusCode === 400) return null;
    throw error;
  }
}

/** None where there is nothing at the path. */
async function keysAt({ client, token }: OperatorVault, path: string): Promise<string[]> {
  try {
    const { data } = await client.read(`${path}?list=true`, token);
    return z.array(z.string()).parse(data?.keys);
  } catch (error) {
    if (error instanceof VaultError && error.statusCode === 404) return [];
    throw error;
  }
}
