import { z } from 'zod';
import { type Address, address, hostAndPort, parseEnvironment } from './environment.ts';

const settings = z.object({
  SPIFFE_ENDPOINT_SOCKET: z.string().startsWith('unix:///'),
  LISTEN_ADDRESS: hostAndPort,
  SPOOL_DIRECTORY: z.string().min(1),
  SPOOL_LIMIT_BYTES: z.coerce.number().int().min(1).optional(),
  IDENTITY_ADDRESS: address,
  VAULT_ADDRESS: z.string().startsWith('https://').optional(),
  DATABASE_ADDRESS: hostAndPort.optional(),
});

/** Where a service finds what it needs. None of it is a secret. */
export interface ServiceSettings {
  readonly socket: string;
  readonly listen: Address;
  readonly spoolDirectory: string;
  /** When so much waits for the ledger, methods that move money or stock are refused; 256 MiB where undefined. */
  readonly spoolLimitBytes: number | undefined;
  readonly identityAddress: string;
  readonly vaultAddress: string | undefined;
  readonly database: Address | undefined;
}

/** Reads the environment once. Throws an error that names each variable that is missing or wrong. */
export function parseServiceSettings(env: NodeJS.ProcessEnv): ServiceSettings {
  const data = parseEnvironment(settings, env);
  return Object.freeze({
    socket: data.SPIFFE_ENDPOINT_SOCKET,
    listen: data.LISTEN_ADDRESS,
    spoolDirectory: data.SPOOL_DIRECTORY,
    spoolLimitBytes: data.SPOOL_LIMIT_BYTES,
    identityAddress: data.IDENTITY_ADDRESS,
    vaultAddress: data.VAULT_ADDRESS,
    database: data.DATABASE_ADDRESS,
  });
}
