import { z } from 'zod';

const environment = z.object({
  SPIFFE_ENDPOINT_SOCKET: z.string().startsWith('unix:///'),
  SVID_DIRECTORY: z.string().min(1),
  CONTROL_SOCKET: z.string().min(1),
  VAULT_ADDRESS: z.string().startsWith('https://'),
});

export interface SidecarConfig {
  readonly workloadApi: string;
  /** Has one folder for each server. */
  readonly svidDirectory: string;
  readonly controlSocket: string;
  readonly vaultAddress: string;
}

/** Reads the environment once; throws where a variable is missing. */
export function parseSidecarConfig(env: NodeJS.ProcessEnv): SidecarConfig {
  const parsed = environment.parse(env);
  return Object.freeze({
    workloadApi: parsed.SPIFFE_ENDPOINT_SOCKET,
    svidDirectory: parsed.SVID_DIRECTORY,
    controlSocket: parsed.CONTROL_SOCKET,
    vaultAddress: parsed.VAULT_ADDRESS,
  });
}
