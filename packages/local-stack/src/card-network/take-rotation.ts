import { join } from 'node:path';
import { lock } from 'proper-lockfile';

/**
 * Takes the rotation of a stack's API key for this process: of two at the same time, one would revoke the key that the
 * other has just put in force. Throws an error for people where another one is at work; that of a process that died is
 * free after ten seconds.
 */
export async function takeRotation(stateDirectory: string): Promise<{ release(): Promise<void> }> {
  try {
    const lockfilePath = join(stateDirectory, 'rotate-api-key.lock');
    const release = await lock(stateDirectory, { lockfilePath, stale: 10_000, onCompromised: () => undefined });
    return { release: () => release().catch(() => undefined) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error;
    throw new Error('the API key is being rotated already, or a rotation died a moment ago: try again in ten seconds');
  }
}
