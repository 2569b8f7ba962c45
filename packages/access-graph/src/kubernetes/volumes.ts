import type { GraphService } from '../graph.ts';
import { authorityOf, folders, spoolClaimOf } from './places.ts';

/** What a service's container finds, and where. */
export function volumesOf({ name, apiKeysOf }: GraphService): { mounts: object[]; volumes: object[] } {
  const authorities = apiKeysOf.map(authorityOf);
  return {
    mounts: [
      { name: 'workload-api', mountPath: folders.workloadApi, readOnly: true },
      { name: 'spool', mountPath: folders.spool },
      { name: 'temporary', mountPath: folders.temporary },
      ...authorities.map(({ configMap, folder }) => ({ name: configMap, mountPath: folder, readOnly: true })),
    ],
    volumes: [
      { name: 'workload-api', csi: { driver: 'csi.spiffe.io', readOnly: true } },
      { name: 'spool', persistentVolumeClaim: { claimName: spoolClaimOf(name) } },
      { name: 'temporary', emptyDir: { medium: 'Memory', sizeLimit: '16Mi' } },
      ...authorities.map(({ configMap }) => ({ name: configMap, configMap: { name: configMap } })),
    ],
  };
}
