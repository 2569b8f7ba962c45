import { join } from 'node:path';
import { accessGraph, vaultCertRoles, vaultDatabaseRoles, vaultPolicies } from '@zt/access-graph';
import { ownAuthorities, pemOfX509Svid, type X509Source } from '@zt/kit/identity';
import { type DevelopmentVault, startDevelopmentVault } from '@zt/kit/testing/vault';
import type { ClientConfig } from 'pg';
import { sidecarName } from '../sidecar/sidecar-workloads.ts';
import type { StackContext } from '../stack-context.ts';
import type { ServerLog } from './server-log.ts';

/**
 * Starts the development Vault with the logins, policies and roles of the access graph. It takes authorities from its own
 * source, so that the one who would bring it those has no login.
 */
export function startEmbeddedVault(
  context: Pick<StackContext, 'stateDirectory' | 'ports'>,
  options: { readonly source: X509Source; readonly databaseLoginTtlSeconds: number; readonly log: ServerLog },
): Promise<DevelopmentVault> {
  const { source, log } = options;
  const leases = { leaseSeconds: options.databaseLoginTtlSeconds };
  const isWanted = ({ name }: { readonly name: string }) => name !== sidecarName;
  return startDevelopmentVault({
    port: context.ports.vault,
    source,
    certRoles: vaultCertRoles(accessGraph, leases).filter(isWanted),
    policies: vaultPolicies(accessGraph).filter(isWanted),
    databaseRoles: vaultDatabaseRoles(accessGraph, leases),
    database: () => databaseAccess(source, context.ports.postgres),
    auditFile: join(context.stateDirectory, 'vault/audit.log'),
    log: (event) => log.write(event),
  });
}

/** As the role `vault`, which Postgres knows by its certificate: there is no password. */
function databaseAccess(source: X509Source, port: number): ClientConfig {
  const identity = source.current();
  return {
    host: 'localhost',
    port,
    database: 'postgres',
    user: 'vault',
    // pg would look for one in the operator's own ~/.pgpass otherwise.
    password: '',
    ssl: {
      ...pemOfX509Svid(identity.svid),
      ca: ownAuthorities(identity).map(String),
      minVersion: 'TLSv1.3',
      rejectUnauthorized: true,
    },
  };
}
