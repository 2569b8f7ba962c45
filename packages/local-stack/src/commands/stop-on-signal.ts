/** Turns Ctrl-C and SIGTERM into an orderly stop. */
export interface SignalStop {
  /** Aborts with the first signal. */
  readonly signal: AbortSignal;
  /** What the first signal does from now on. A second one ends this process at once, and the kernel its children. */
  onStop(stop: () => Promise<void>): void;
}

/** `what` is said of the first signal. */
export function stopOnSignal(what = 'Stopping everything.'): SignalStop {
  const aborted = new AbortController();
  let stop: (() => Promise<void>) | null = null;
  const handle = (signal: NodeJS.Signals) => {
    if (aborted.signal.aborted) process.exit(signal === 'SIGINT' ? 130 : 143);
    aborted.abort();
    console.error(`\n${what} Once more ends it at once.`);
    void stop?.();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, handle);
  return {
    signal: aborted.signal,
    onStop(given) {
      stop = given;
      if (aborted.signal.aborted) void stop();
    },
  };
}
