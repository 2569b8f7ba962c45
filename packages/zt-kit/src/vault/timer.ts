/** One timer, set and set again, that fires at a time of the wall clock: also, at once, after the machine slept past it. */
export interface Timer {
  setTo(at: Date): void;
  clear(): void;
}

// Node's own timers stand still while the machine sleeps and overflow after 24.8 days: look at the clock now and then.
const longestWaitMs = 60_000;

export function createTimer(fire: () => void): Timer {
  let timeout: NodeJS.Timeout | undefined;
  const arm = (at: Date) => {
    const leftMs = at.getTime() - Date.now();
    timeout = setTimeout(
      () => (Date.now() >= at.getTime() ? fire() : arm(at)),
      Math.min(Math.max(leftMs, 0), longestWaitMs),
    );
  };
  return {
    setTo(at) {
      clearTimeout(timeout);
      arm(at);
    },
    clear: () => clearTimeout(timeout),
  };
}
