import { type Address, hostAndPort, parseEnvironment } from '@zt/kit/service';
import { z } from 'zod';

export interface IdentityConfig {
  /** Where the OpenID Provider listens, for users. */
  readonly publicAddress: Address;
  /** The URL under which they reach it, such as `https://localhost:8443`. */
  readonly issuer: string;
}

const environment = z.object({
  PUBLIC_ADDRESS: hostAndPort,
  ISSUER: z
    .url({ protocol: /^https$/, error: 'is not an https URL' })
    .refine((url) => URL.parse(url)?.origin === url, 'has more than scheme, host and port'),
});

/** Reads the environment; throws an error that names each variable that is missing or wrong. */
export function parseIdentityConfig(env: NodeJS.ProcessEnv): IdentityConfig {
  const { PUBLIC_ADDRESS, ISSUER } = parseEnvironment(environment, env);
  return Object.freeze({ publicAddress: PUBLIC_ADDRESS, issuer: ISSUER });
}
