import { z } from 'zod';

const environment = z.object({
  SPIFFE_ENDPOINT_SOCKET: z.string().startsWith('unix:///'),
  SVID_DIRECTORY: z.string().startsWith('/'),
});

export interface SvidKeeperConfig {
  readonly workloadApi: string;
  /** Shared with the server that reads the files; nobody else writes there. */
  readonly svidDirectory: string;
}

/** Reads the environment once; throws where a variable is missing. */
export function parseSvidKeeperConfig(env: NodeJS.ProcessEnv): SvidKeeperConfig {
  const parsed = environment.parse(env);
  return Object.freeze({ workloadApi: parsed.SPIFFE_ENDPOINT_SOCKET, svidDirectory: parsed.SVID_DIRECTORY });
}
