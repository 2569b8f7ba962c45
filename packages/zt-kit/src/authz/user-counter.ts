import { LRUCache } from 'lru-cache';
import type { UserLimit } from './authorizer.ts';

/** Counts how many users a name has come with in the seconds up to now. */
export interface UserCounter {
  /**
   * Counts this user in, unless the name has as many others already, and gives how many users that would make: at most
   * one more than the limit. A user who is counted stays so for the limit's seconds after the last call.
   */
  count(name: string, user: string, limit: UserLimit): number;
}

export interface UserCounterOptions {
  /** Beyond that the name that was not heard of for longest is forgotten, so that no caller can take the memory. */
  readonly mostNames?: number;
  /** Milliseconds on a clock that nobody sets; `performance.now()` unless told otherwise. */
  readonly elapsedMs?: () => number;
}

/** Keeps no more users of a name than its limit lets in: whoever comes beyond that is not remembered. */
export function createUserCounter(options: UserCounterOptions = {}): UserCounter {
  const elapsedMs = options.elapsedMs ?? (() => performance.now());
  const names = new LRUCache<string, Map<string, number>>({ max: options.mostNames ?? 1_000 });
  return {
    count(name, user, { users, seconds }) {
      const now = elapsedMs();
      const lastCalls = names.get(name) ?? new Map<string, number>();
      names.set(name, lastCalls);
      // In the order of their last calls, so those whose time is over come first.
      for (const [other, at] of lastCalls) {
        if (now - at < seconds * 1_000) break;
        lastCalls.delete(other);
      }
      const isCounted = lastCalls.delete(user);
      if (!isCounted && lastCalls.size >= users) return lastCalls.size + 1;
      lastCalls.set(user, now);
      return lastCalls.size;
    },
  };
}
