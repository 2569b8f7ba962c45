import picocolors from 'picocolors';
import type { StackSettings } from '../stack/stack-settings.ts';
import { type RunningStack, startStack } from '../stack/start-stack.ts';
import { clearLiveLine } from '../story/live-line.ts';
import { repositoryRoot } from './repository-root.ts';
import { showStart } from './show-start.ts';
import type { SignalStop } from './stop-on-signal.ts';

/** Starts a stack that lives as long as this process, and shows how it goes. The signal stops it, whether it has started or not. */
export async function startAttached(settings: StackSettings, signals: SignalStop): Promise<RunningStack> {
  return await showStart(settings.kind, async (onStep) => {
    const stack = await startStack(
      {
        repositoryRoot,
        settings,
        onStep,
        onReport(message) {
          clearLiveLine(process.stdout);
          console.error(picocolors.yellow(message));
        },
      },
      signals.signal,
    );
    signals.onStop(() => stack.stop());
    return stack;
  });
}
