import { type UsedProject, useComposeProject, type WantedProject } from './use-compose-project.ts';

/** What shells say of a program that Ctrl-C ended. */
const interrupted = 130;

/**
 * Uses a stack of containers from outside, and gives the exit code. What was started for this is removed again, also after
 * Ctrl-C.
 */
export async function useUntilStopped(
  wanted: Omit<WantedProject, 'signal'>,
  use: (used: UsedProject) => Promise<number>,
): Promise<number> {
  const stopped = new AbortController();
  const stop = (): void => {
    if (stopped.signal.aborted) process.exit(interrupted);
    console.error('\nStopping. Once more ends it at once, and leaves the containers.');
    stopped.abort(new Error('it was stopped'));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  try {
    const used = await useComposeProject({ ...wanted, signal: stopped.signal });
    try {
      const exitCode = await use(used);
      return stopped.signal.aborted ? interrupted : exitCode;
    } finally {
      await used.release();
    }
  } catch (error) {
    if (stopped.signal.aborted) return interrupted;
    throw error;
  }
}
