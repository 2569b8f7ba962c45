import { type DriveOptions, driveInContainer } from './compose/drive-in-container.ts';
import { useComposeProject } from './compose/use-compose-project.ts';

/** What shells say of a program that Ctrl-C ended. */
const interrupted = 130;

/**
 * Drives the paths through a stack of containers, from outside, and gives the exit code. What was started for this is
 * removed again, also after Ctrl-C.
 */
export async function runOnContainers(
  options: DriveOptions & { readonly name?: string; readonly userIssuer: 'own' | 'dex' },
): Promise<number> {
  if (options.userIssuer !== 'own')
    throw new Error('containers have no other issuer than the own: use --stack embedded');
  const stopped = new AbortController();
  const stop = (): void => {
    if (stopped.signal.aborted) process.exit(interrupted);
    console.error('\nStopping. Once more ends it at once, and leaves the containers.');
    stopped.abort(new Error('it was stopped'));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  try {
    const { project, release } = await useComposeProject({
      purpose: 'e2e',
      name: options.name,
      signal: stopped.signal,
    });
    try {
      const exitCode = await driveInContainer(project, options);
      return stopped.signal.aborted ? interrupted : exitCode;
    } finally {
      await release();
    }
  } catch (error) {
    if (stopped.signal.aborted) return interrupted;
    throw error;
  }
}
