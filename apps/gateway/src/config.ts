import { type Address, hostAndPort, parseEnvironment } from '@zt/kit/service';
import { z } from 'zod';
import type { RateLimit } from './rate-limits.ts';

export interface GatewayConfig {
  /** Where people's HTTPS arrives. */
  readonly publicAddress: Address;
  /** How often one address may ask, and one user from wherever; each copy of the gateway counts for itself. */
  readonly addressLimit: RateLimit;
  readonly userLimit: RateLimit;
}

/** `300/10`: 300 requests in 10 seconds. */
const rateLimit = z.string().transform((text, context): RateLimit => {
  const [, requests, seconds] = /^([1-9]\d{0,6})\/([1-9]\d{0,3})$/.exec(text) ?? [];
  if (requests !== undefined) return Object.freeze({ requests: Number(requests), seconds: Number(seconds) });
  context.addIssue('has to be requests/seconds, such as 300/10');
  return z.NEVER;
});

const environment = z.object({
  PUBLIC_ADDRESS: hostAndPort,
  ADDRESS_LIMIT: rateLimit.prefault('300/10'),
  USER_LIMIT: rateLimit.prefault('200/10'),
});

/** Reads the environment; throws an error that names each variable that is missing or wrong. */
export function parseGatewayConfig(env: NodeJS.ProcessEnv): GatewayConfig {
  const variables = parseEnvironment(environment, env);
  return Object.freeze({
    publicAddress: variables.PUBLIC_ADDRESS,
    addressLimit: variables.ADDRESS_LIMIT,
    userLimit: variables.USER_LIMIT,
  });
}
