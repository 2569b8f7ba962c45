import { parseSpiffeId, type X509Source } from '@zt/kit/identity';
import { createVaultClient, createVaultLogin, VaultError } from '@zt/kit/vault';
import type { Job, JobResult } from './job.ts';

/** Logs in to Vault with the probe's own SVID, under its own name, and reads a path. What it gets is not told. */
export async function readSecret(source: X509Source, job: Extract<Job, { kind: 'vault-read' }>): Promise<JobResult> {
  const client = createVaultClient({ source, vaultAddress: job.vaultAddress, vaultSpiffeId: parseSpiffeId(job.vault) });
  const login = createVaultLogin(client, job.role);
  try {
    const { data } = await client.read(job.path, (await login.token()).value);
    return { code: 'OK', message: '', decisionId: null, got: { fields: Object.keys(data ?? {}).join() } };
  } catch (error) {
    if (!(error instanceof VaultError)) throw error;
    return { code: String(error.statusCode), message: error.message, decisionId: null, got: {} };
  } finally {
    await login.close();
  }
}
