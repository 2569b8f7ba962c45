import { z } from 'zod';

const environment = z.object({
  SPIFFE_ENDPOINT_SOCKET: z.string().startsWith('unix:///'),
  VAULT_ADDRESS: z.string().startsWith('https://'),
  BUNDLE_FILE: z.string().startsWith('/'),
  UNSEAL_KEY_FILE: z.string().startsWith('/'),
});

export interface TrustUpdaterConfig {
  readonly workloadApi: string;
  readonly vaultAddress: string;
  /** Where it writes the trust bundle for whoever has no identity to ask for it with. */
  readonly bundleFile: string;
  readonly unsealKeyFile: string;
}

/** Reads the environment once; throws where a variable is missing. */
export function parseTrustUpdaterConfig(env: NodeJS.ProcessEnv): TrustUpdaterConfig {
  const parsed = environment.parse(env);
  return Object.freeze({
    workloadApi: parsed.SPIFFE_ENDPOINT_SOCKET,
    vaultAddress: parsed.VAULT_ADDRESS,
    bundleFile: parsed.BUNDLE_FILE,
    unsealKeyFile: parsed.UNSEAL_KEY_FILE,
  });
}
