import { LRUCache } from 'lru-cache';

/** Counts what comes in windows of time, each window of a name starting with the first of it. */
export interface WindowCounter {
  /** Counts one more under this name, and gives how many there are in its window. */
  count(name: string, windowSeconds: number): number;
}

export interface WindowCounterOptions {
  /** Beyond that the name that was not heard of for longest is forgotten, so that no caller can take the memory. */
  readonly mostNames?: number;
  /** Milliseconds on a clock that nobody sets; `performance.now()` unless told otherwise. */
  readonly elapsedMs?: () => number;
}

export function createWindowCounter(options: WindowCounterOptions = {}): WindowCounter {
  const windows = new LRUCache<string, { count: number }>({
    max: options.mostNames ?? 10_000,
    ttl: 1_000,
    ttlResolution: 0,
    perf: { now: options.elapsedMs ?? (() => performance.now()) },
  });
  return {
    count(name, windowSeconds) {
      const window = windows.get(name) ?? { count: 0 };
      if (window.count === 0) windows.set(name, window, { ttl: windowSeconds * 1_000 });
      window.count += 1;
      return window.count;
    },
  };
}
