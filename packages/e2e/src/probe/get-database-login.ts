import { parseSpiffeId, type X509Source } from '@zt/kit/identity';
import { createVaultClient, createVaultLogin, VaultError } from '@zt/kit/vault';
import type { Job, JobResult } from './job.ts';

/** Logs in to Vault with the probe's own SVID and asks for a database login, for its own role or for another's. */
export async function getDatabaseLogin(
  source: X509Source,
  job: Extract<Job, { kind: 'database-login' }>,
): Promise<JobResult> {
  const client = createVaultClient({ source, vaultAddress: job.vaultAddress, vaultSpiffeId: parseSpiffeId(job.vault) });
  try {
    const token = await createVaultLogin(client, job.role).token();
    const answer = await client.read(`database/creds/${job.role}`, token.value);
    const { username, password } = answer.data ?? {};
    // The login goes on until its lease ends, as a stolen one does.
    return {
      code: 'OK',
      message: '',
      decisionId: null,
      got: { user: String(username), password: String(password), lease: String(answer.lease_id) },
    };
  } catch (error) {
    if (!(error instanceof VaultError)) throw error;
    return { code: String(error.statusCode), message: error.message, decisionId: null, got: {} };
  }
}
