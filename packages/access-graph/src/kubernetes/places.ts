/** Where things are in a cluster. */
export const ports = { grpc: 8443, https: 8444, vault: 8200, postgres: 5432, internet: 443, dns: 53 } as const;

/** Folders in a service's container. The SPIFFE CSI driver puts the agent's socket into the first under this name. */
export const folders = { workloadApi: '/run/spire/agent', spool: '/spool', temporary: '/tmp' } as const;
export const workloadApiSocket = `unix://${folders.workloadApi}/spire-agent.sock`;

/** User and group of every image here. */
export const userId = 999;

/**
 * Nobody can ever have a registry of this name, so nothing is fetched from whoever has the name `zero-trust` somewhere: an
 * overlay says where the images are.
 */
export function imageOf(service: string): string {
  return `registry.invalid/zero-trust/${service}`;
}

/** By these a pod is known to Services, policies and budgets. */
export function labelsOf(workload: string): { readonly 'app.kubernetes.io/name': string } {
  return { 'app.kubernetes.io/name': workload };
}

/** The claim for the volume that a service's copies have their spools in. */
export function spoolClaimOf(service: string): string {
  return `spool-${service}`;
}

/** The ConfigMap with a third party's authority, and the folder that it is mounted at. */
export function authorityOf(thirdParty: string): { readonly configMap: string; readonly folder: string } {
  return { configMap: `${thirdParty}-authority`, folder: `/${thirdParty}` };
}
