import type { X509Source } from '../identity/x509-source.ts';
import { createVaultDatabase } from '../vault/database-pool.ts';
import type { Log } from './log.ts';
import type { ServiceSettings } from './service-settings.ts';
import { workloadId } from './workload-id.ts';

/** Opens the service's database; it and the role at Vault that gives out its logins have the service's name. */
export function openDatabase(options: {
  readonly source: X509Source;
  readonly service: string;
  readonly settings: Pick<ServiceSettings, 'vaultAddress' | 'database'>;
  readonly log: Log;
}): ReturnType<typeof createVaultDatabase> {
  const { source, service, settings, log } = options;
  const { vaultAddress, database } = settings;
  if (vaultAddress === undefined || database === undefined) {
    throw new Error('a service with a database needs VAULT_ADDRESS and DATABASE_ADDRESS');
  }
  const { spiffeId: own } = source.current().svid;
  return createVaultDatabase({
    source,
    vaultAddress,
    vaultSpiffeId: workloadId(own, 'vault'),
    role: service,
    databaseHost: database.host,
    databasePort: database.port,
    postgresSpiffeId: workloadId(own, 'postgres'),
    log: ({ event, ...fields }) => log.info(event, fields),
  });
}
