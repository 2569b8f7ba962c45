import { z } from 'zod';

export interface IdentityConfig {
  /** Where the OpenID Provider listens, for users. */
  readonly publicAddress: { readonly host: string; readonly port: number };
  /** The URL under which they reach it, such as `https://localhost:8443`. */
  readonly issuer: string;
}

const environment = z.object({
  PUBLIC_ADDRESS: z.string().regex(/^[^\s:/]+:\d{1,5}$/, 'is not host:port'),
  ISSUER: z
    .url({ protocol: /^https$/, error: 'is not an https URL' })
    .refine((url) => URL.parse(url)?.origin === url, 'has more than scheme, host and port'),
});

/** Reads the environment; throws an error that names each variable that is missing or wrong. */
export function parseIdentityConfig(env: Readonly<Record<string, string | undefined>>): IdentityConfig {
  const result = environment.safeParse(env);
  if (!result.success) throw new Error(`the environment of identity is incomplete\n${z.prettifyError(result.error)}`);
  const [host = '', port] = result.data.PUBLIC_ADDRESS.split(':');
  return Object.freeze({ publicAddress: Object.freeze({ host, port: Number(port) }), issuer: result.data.ISSUER });
}
