import { Listr } from 'listr2';
import { stackSteps } from '../stack/stack-step.ts';
import type { StepTracker } from './step-tracker.ts';

/** Shows the steps of a start until the last is done. Throws the error of the one that failed. */
export async function showStart(tracker: StepTracker): Promise<void> {
  const tasks = new Listr(
    stackSteps.map(({ name, title }) => ({
      title,
      task: async (_context, task) => {
        await tracker.wait(name, (detail) => {
          task.output = detail;
        });
      },
    })),
    {
      // Ctrl-C is handled where the processes are, which have to be stopped first.
      registerSignalListeners: false,
      rendererOptions: { showErrorMessage: false },
      fallbackRenderer: 'simple',
    },
  );
  await tasks.run();
}
