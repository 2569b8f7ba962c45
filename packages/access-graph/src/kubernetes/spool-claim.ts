import { inNamespace, type Manifest } from './manifest.ts';
import { spoolClaimOf } from './places.ts';

/**
 * Room for records on their way to the ledger. All copies share it, and it outlives them: what one leaves behind another
 * delivers. So its class has to be one that several nodes can write to, with locks that hold between them.
 */
export function spoolClaim(service: string): Manifest {
  return inNamespace('v1', 'PersistentVolumeClaim', spoolClaimOf(service), {
    spec: { accessModes: ['ReadWriteMany'], resources: { requests: { storage: '4Gi' } } },
  });
}
