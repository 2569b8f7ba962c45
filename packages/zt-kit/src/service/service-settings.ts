import { z } from 'zod';

const hostAndPort = z.string().transform((text, context) => {
  const [, host, port] = /^(.+):(\d{1,5})$/.exec(text) ?? [];
  if (host !== undefined && Number(port) <= 65535) return { host, port: Number(port) };
  context.addIssue('has to be host:port');
  return z.NEVER;
});

const settings = z.object({
  SPIFFE_ENDPOINT_SOCKET: z.string().startsWith('unix:///'),
  LISTEN_ADDRESS: hostAndPort,
  SPOOL_DIRECTORY: z.string().min(1),
  IDENTITY_ADDRESS: z.string().min(1),
  AUDIT_ADDRESS: z.string().min(1).optional(),
  VAULT_ADDRESS: z.string().startsWith('https://').optional(),
  DATABASE_ADDRESS: hostAndPort.optional(),
});

/** Where a service finds what it needs. None of it is a secret. */
export interface ServiceSettings {
  readonly socket: string;
  readonly listen: { readonly host: string; readonly port: number };
  readonly spoolDirectory: string;
  readonly identityAddress: string;
  /** Undefined for the ledger itself only. */
  readonly auditAddress: string | undefined;
  readonly vaultAddress: string | undefined;
  readonly database: { readonly host: string; readonly port: number } | undefined;
}

/** Reads the environment once. Throws an error that names each variable that is missing or wrong. */
export function parseServiceSettings(env: NodeJS.ProcessEnv): ServiceSettings {
  const result = settings.safeParse(env);
  if (!result.success) {
    const wrong = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new Error(`the environment of the service is incomplete: ${wrong.join('; ')}`);
  }
  return Object.freeze({
    socket: result.data.SPIFFE_ENDPOINT_SOCKET,
    listen: result.data.LISTEN_ADDRESS,
    spoolDirectory: result.data.SPOOL_DIRECTORY,
    identityAddress: result.data.IDENTITY_ADDRESS,
    auditAddress: result.data.AUDIT_ADDRESS,
    vaultAddress: result.data.VAULT_ADDRESS,
    database: result.data.DATABASE_ADDRESS,
  });
}
