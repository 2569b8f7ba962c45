/** The process that holds the servers' SVIDs besides its own. */
export const sidecarName = 'trust-updater';

/** Servers that read their certificate from files. */
export const certificateServers = ['postgres', 'vault'] as const;
export type CertificateServer = (typeof certificateServers)[number];

/** The program that gets a workload's SVID: the sidecar for servers that can't ask the agent themselves. */
export function programOfWorkload({ name }: { readonly name: string }): string {
  return certificateServers.some((server) => server === name) ? sidecarName : name;
}
