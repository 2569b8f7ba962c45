import { serializeList } from 'structured-headers';
import type { Quota } from './rate-limits.ts';

/** The headers that tell a client its limits before it meets them (draft-ietf-httpapi-ratelimit-headers, section 3). */
export function rateLimitFields(quotas: readonly Quota[]): {
  readonly RateLimit: string;
  readonly 'RateLimit-Policy': string;
} {
  return {
    RateLimit: list(quotas, ({ remaining, secondsUntilReset }) => [
      ['r', remaining],
      ['t', secondsUntilReset],
    ]),
    'RateLimit-Policy': list(quotas, ({ limit }) => [
      ['q', limit.requests],
      ['w', limit.seconds],
    ]),
  };
}

function list(
  quotas: readonly Quota[],
  parametersOf: (quota: Quota) => readonly (readonly [string, number])[],
): string {
  return serializeList(quotas.map((quota) => [quota.policy, new Map(parametersOf(quota))]));
}
