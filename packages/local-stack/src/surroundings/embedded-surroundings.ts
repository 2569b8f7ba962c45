import type { KeepRunning } from '../stack/keep-running.ts';
import type { StackSettings } from '../stack/stack-settings.ts';
import type { StackContext } from '../stack-context.ts';
import type { Surroundings } from './surroundings.ts';

/** The development servers of the test kit in SPIRE's and Vault's place, in the supervisor's own process. */
export function createEmbeddedSurroundings(
  _context: StackContext,
  _options: { readonly settings: StackSettings; readonly keepRunning: KeepRunning },
): Surroundings {
  throw new Error('not built yet');
}
