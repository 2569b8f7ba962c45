const longestTimeoutMs = 2 ** 31 - 1;

/** A timer that doesn't keep the process alive and may run for longer than the 24.8 days that Node's own can. Returns what stops it. */
export function startTimer(delayMs: number, run: () => void): () => void {
  let timer: NodeJS.Timeout;
  const end = Date.now() + delayMs;
  const arm = (): void => {
    const leftMs = end - Date.now();
    timer = setTimeout(leftMs > longestTimeoutMs ? arm : run, Math.min(Math.max(leftMs, 0), longestTimeoutMs)).unref();
  };
  arm();
  return () => clearTimeout(timer);
}
