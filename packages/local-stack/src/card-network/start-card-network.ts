import { join } from 'node:path';
import { type AdminAccess, createCardNetworkAdmin } from '@zt/card-network/admin';
import { settlementsUrl } from '../stack/stack-urls.ts';
import { startUntilServing } from '../stack/start-until-serving.ts';
import type { StackContext } from '../stack-context.ts';
import type { ManagedProcess } from '../supervisor/process-group.ts';
import { cardNetworkFiles, cardNetworkName } from './card-network-files.ts';

export interface CardNetworkOptions {
  /** PEM of the authorities that vouch for payment's certificate; kept current by others. */
  readonly merchantCaFile: string;
  /** SPIFFE ID of payment: whom notices are for. */
  readonly merchantAudience: string;
}

/** Starts the simulated third party. It is no workload: it has no SVID. */
export async function startCardNetwork(context: StackContext, options: CardNetworkOptions): Promise<ManagedProcess> {
  const { ports } = context;
  return await startUntilServing(context, {
    name: cardNetworkName,
    program: process.execPath,
    script: join(context.repositoryRoot, 'packages/card-network/src/main.ts'),
    env: {
      PORT: String(ports.cardNetwork),
      ADMIN_PORT: String(ports.cardNetworkAdmin),
      STATE_DIRECTORY: cardNetworkFiles(context).directory,
      MERCHANT_URL: settlementsUrl(ports),
      MERCHANT_CA_FILE: options.merchantCaFile,
      MERCHANT_AUDIENCE: options.merchantAudience,
    },
  });
}

/** A new API key, the only one from now on: for a Vault that has none yet. */
export async function issueFirstApiKey(access: AdminAccess): Promise<string> {
  const admin = createCardNetworkAdmin(access);
  // Left by a start that ended before Vault had its key: nobody knows them any more.
  for (const { keyId } of await admin.listKeys()) await admin.revokeKey(keyId);
  return (await admin.issueKey()).key;
}
