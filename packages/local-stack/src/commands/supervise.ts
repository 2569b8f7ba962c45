import type { Command } from 'commander';
import { messageOf } from '../error-message.ts';
import { stackSettings } from '../stack/stack-settings.ts';
import { startStack } from '../stack/start-stack.ts';
import { repositoryRoot } from './repository-root.ts';
import type { SupervisorMessage } from './start-detached.ts';
import { stopOnSignal } from './stop-on-signal.ts';

/** What `zt up --detach` leaves running: not for people, so it is not in the help. */
export function registerSupervise(program: Command): void {
  program
    .command('supervise', { hidden: true })
    .argument('<settings>')
    .action(async (json: string) => {
      const settings = stackSettings.parse(JSON.parse(json));
      const signals = stopOnSignal();
      try {
        const stack = await startStack(
          {
            repositoryRoot,
            settings,
            onStep: (event) => tell({ kind: 'step', ...event }),
            onReport: (message) => console.error(`${new Date().toISOString()} ${message}`),
          },
          signals.signal,
        );
        signals.onStop(() => stack.stop());
        tell({ kind: 'running' });
        const error = await stack.ended;
        if (error !== null) throw error;
        // Connections of libraries that are kept for reuse would keep this process for seconds.
        process.exit(0);
      } catch (error) {
        tell({ kind: 'failed', message: messageOf(error) });
        throw error;
      }
    });
}

/** Nobody listens any more once the stack runs. */
function tell(message: SupervisorMessage): void {
  if (process.connected) process.send?.(message);
}
