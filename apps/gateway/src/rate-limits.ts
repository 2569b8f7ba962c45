import { hash, randomBytes } from 'node:crypto';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { addressGroupOf } from './address-group.ts';

export interface RateLimit {
  readonly requests: number;
  readonly seconds: number;
}

/** What is left of a limit after a request was counted. */
export interface Quota {
  readonly policy: 'address' | 'user';
  readonly limit: RateLimit;
  readonly exceeded: boolean;
  readonly remaining: number;
  readonly secondsUntilReset: number;
}

/** How often one address, and one user from wherever, may ask. Each copy of the gateway counts for itself. */
export interface RateLimits {
  countAddress(address: string): Promise<Quota>;
  countUser(userId: string): Promise<Quota>;
}

export interface RateLimitsOptions {
  readonly address: RateLimit;
  readonly user: RateLimit;
  /** How many counters there are for all addresses together. */
  readonly addressCounters?: number;
}

/**
 * Counts in memory, in windows that begin with the first request. However many addresses ask, there is a fixed number of
 * counters: addresses share one by a hash that nobody outside can compute. Users are as many as have logged in.
 */
export function createRateLimits({ address, user, addressCounters = 65_536 }: RateLimitsOptions): RateLimits {
  const addresses = new RateLimiterMemory({ points: address.requests, duration: address.seconds });
  const users = new RateLimiterMemory({ points: user.requests, duration: user.seconds });
  const salt = randomBytes(16).toString('hex');

  function counterOf(group: string): string {
    const digest = hash('sha256', `${salt} ${group}`, 'buffer');
    return String(digest.readUInt32BE() % addressCounters);
  }

  return {
    countAddress: async (from) => quotaOf('address', address, await count(addresses, counterOf(addressGroupOf(from)))),
    countUser: async (userId) => quotaOf('user', user, await count(users, userId)),
  };
}

interface Counted {
  readonly exceeded: boolean;
  readonly result: RateLimiterRes;
}

async function count(limiter: RateLimiterMemory, key: string): Promise<Counted> {
  try {
    return { exceeded: false, result: await limiter.consume(key) };
  } catch (result) {
    if (result instanceof RateLimiterRes) return { exceeded: true, result };
    throw result;
  }
}

function quotaOf(policy: Quota['policy'], limit: RateLimit, { exceeded, result }: Counted): Quota {
  // After a clock was set back the window seems to end later than it does.
  const secondsUntilReset = Math.min(limit.seconds, Math.max(1, Math.ceil(result.msBeforeNext / 1000)));
  return { policy, limit, exceeded, remaining: result.remainingPoints, secondsUntilReset };
}
