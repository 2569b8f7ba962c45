import { accessGraph, spiffeIdOf, vaultCertRoles } from '@zt/access-graph';
import type { X509Source } from '@zt/kit/identity';
import { createTrustUpdater, type TrustUpdater } from '../vault/trust-updater.ts';
import type { ProgramLog } from './program-log.ts';

/** Keeps the trust bundle of every login in Vault equal to that of the source, which is the trust updater's own. */
export function updateTrust(source: X509Source, vaultAddress: string, log: ProgramLog): TrustUpdater {
  return createTrustUpdater({
    source,
    vaultAddress,
    vaultSpiffeId: spiffeIdOf(accessGraph, 'vault'),
    roles: vaultCertRoles(accessGraph, { leaseSeconds: 60 }).map(({ name }) => name),
    log: ({ event, ...fields }) => log('info', event, fields),
  });
}
