import { RateLimiterMemory } from 'rate-limiter-flexible';

/** Bounds how often passwords can be tried. */
export interface LoginAttempts {
  /** False where user or address has had enough for now: then no password is looked at. */
  begin(user: string, address: string): Promise<boolean>;
  /** An attempt that succeeded does not count. */
  succeeded(user: string, address: string): Promise<void>;
}

export interface LoginAttemptsOptions {
  readonly perUser?: number;
  readonly perAddress?: number;
  readonly windowSeconds?: number;
}

/** Counts failures in memory, per user and per address. Short windows: nobody can lock somebody else out for long. */
export function createLoginAttempts(options: LoginAttemptsOptions = {}): LoginAttempts {
  const { perUser = 10, perAddress = 60, windowSeconds = 60 } = options;
  const users = new RateLimiterMemory({ points: perUser, duration: windowSeconds });
  const addresses = new RateLimiterMemory({ points: perAddress, duration: windowSeconds });
  return {
    async begin(user, address) {
      // Counted before the password is checked: a hundred at once must not all pass before the first has failed.
      const counted = await Promise.allSettled([users.consume(user), addresses.consume(address)]);
      return counted.every(({ status }) => status === 'fulfilled');
    },
    async succeeded(user, address) {
      await Promise.all([users.reward(user), addresses.reward(address)]);
    },
  };
}
