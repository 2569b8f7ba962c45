import { join } from 'node:path';
import { accessGraph, spiffeIdOf } from '@zt/access-graph';
import { parseSpiffeId } from '@zt/kit/identity';
import { createVaultClient, type VaultClient } from '@zt/kit/vault';
import { svidFiles } from '../sidecar/svid-files.ts';
import type { ReadLogs } from '../stack/found-stack.ts';
import { readProcessLogs } from '../stack/read-process-logs.ts';
import { vaultUrl } from '../stack/stack-urls.ts';
import { sealStatus } from '../vault/seal.ts';
import { serverIdentity } from '../vault/server-identity.ts';
import { downSince } from './check-processes.ts';
import type { RunningExaminedStack } from './examined-stack.ts';
import type { Finding } from './finding.ts';

/** Whether Vault can be reached, and gives out secrets. */
export async function checkVault(stack: RunningExaminedStack): Promise<Finding[]> {
  return await checkVaultOf(stack, {
    client: vaultClient(stack),
    readLogs: readProcessLogs(stack.stateDirectory),
    unsealing: `unseal it with ${stack.command('unseal')}`,
  });
}

/** The same for a Vault, however it is reached and unsealed. */
export async function checkVaultOf(
  stack: Pick<RunningExaminedStack, 'status' | 'stateDirectory' | 'command'>,
  {
    client,
    readLogs,
    unsealing,
  }: { readonly client: VaultClient; readonly readLogs: ReadLogs; readonly unsealing: string },
): Promise<Finding[]> {
  const { command } = stack;
  const consequence = 'services go on with the database logins that they have until those end, and get no others';
  let sealed: boolean;
  try {
    ({ sealed } = await sealStatus(client));
  } catch (error) {
    return [
      {
        subject: 'vault',
        what: `does not answer (${reasonOf(error)}): ${consequence}`,
        since: await downSince(stack, 'vault'),
        todo: `it is started again by itself where it died; look at why: ${command('logs vault')}`,
      },
    ];
  }
  if (!sealed) return [];
  const [log = ''] = await readLogs('vault');
  return [
    {
      subject: 'vault',
      what: `is sealed: ${consequence}`,
      since: sealedSince(log),
      todo: unsealing,
    },
  ];
}

/** Asks with the server's own certificate files, as the operator does who starts it; on an embedded stack Postgres alone has some. */
export function vaultClient({ kind, stateDirectory, ports }: RunningExaminedStack): VaultClient {
  return createVaultClient({
    source: serverIdentity(svidFiles(join(stateDirectory, kind === 'native' ? 'svid/vault' : 'svid/postgres'))),
    vaultAddress: vaultUrl(ports),
    vaultSpiffeId: parseSpiffeId(spiffeIdOf(accessGraph, 'vault')),
    timeoutMs: 3_000,
  });
}

/** When Vault last said in its log that it is sealed; null where it did not. */
export function sealedSince(log: string): string | null {
  const says = (line: string) => line.includes('vault is sealed') || line.includes('"development_vault_sealed"');
  return /\d{4}-\d\d-\d\dT[\d:.]+Z/.exec(log.split('\n').findLast(says) ?? '')?.[0] ?? null;
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}
