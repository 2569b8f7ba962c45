import { inNamespace, type Manifest } from './manifest.ts';

/** Whom SPIRE knows a pod by. Nobody here talks to the cluster's API, so no pod gets a token for it. */
export function serviceAccount(workload: string): Manifest {
  return inNamespace('v1', 'ServiceAccount', workload, { automountServiceAccountToken: false });
}
