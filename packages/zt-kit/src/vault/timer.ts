/**
 * One timer, set and set again. It fires when the wall clock reaches a time, or when so much time has passed as there
 * was left when it was set, whichever comes first: a machine that slept and a clock that was put back don't delay it.
 */
export interface Timer {
  setTo(at: Date): void;
  clear(): void;
}

// Node's own timers stand still while the machine sleeps and overflow after 24.8 days: look at the clocks now and then.
const longestWaitMs = 60_000;

export function createTimer(fire: () => void): Timer {
  let timeout: NodeJS.Timeout | undefined;
  const arm = (at: number, uptime: number) => {
    const leftMs = Math.min(at - Date.now(), uptime - performance.now());
    const isOver = () => Date.now() >= at || performance.now() >= uptime;
    timeout = setTimeout(() => (isOver() ? fire() : arm(at, uptime)), Math.min(Math.max(leftMs, 0), longestWaitMs));
  };
  return {
    setTo(at) {
      clearTimeout(timeout);
      arm(at.getTime(), performance.now() + at.getTime() - Date.now());
    },
    clear: () => clearTimeout(timeout),
  };
}
