// Node's own timers stand still while the machine sleeps and overflow after 24.8 days: look at the clocks now and then.
const longestWaitMs = 60_000;

/**
 * A timer that doesn't keep the process alive. It fires when so much time has passed, by the wall clock or by the
 * machine's uptime, whichever comes first: a machine that slept and a clock that was put back don't delay it. Returns
 * what stops it.
 */
export function startTimer(delayMs: number, run: () => void): () => void {
  let timer: NodeJS.Timeout;
  const end = Date.now() + delayMs;
  const uptimeEnd = performance.now() + delayMs;
  const leftMs = (): number => Math.min(end - Date.now(), uptimeEnd - performance.now());
  const arm = (): void => {
    timer = setTimeout(() => (leftMs() > 0 ? arm() : run()), Math.min(Math.max(leftMs(), 0), longestWaitMs)).unref();
  };
  arm();
  return () => clearTimeout(timer);
}
