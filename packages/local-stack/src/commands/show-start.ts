import type { StartableKind } from '@zt/e2e/stack-kind';
import { Listr } from 'listr2';
import { type StepEvent, stackSteps, stepTitles } from '../stack/stack-step.ts';
import { createStepTracker, type StepTracker } from './step-tracker.ts';

/** Shows the steps of a start until the last is done, or the start has failed. Gives what the start gives. */
export async function showStart<Result>(
  kind: StartableKind,
  start: (onStep: (event: StepEvent) => void) => Promise<Result>,
): Promise<Result> {
  const tracker = createStepTracker();
  const shown = showSteps(kind, tracker).catch(() => undefined);
  try {
    const result = await start(tracker.event);
    await shown;
    return result;
  } catch (error) {
    tracker.fail();
    await shown;
    throw error;
  }
}

async function showSteps(kind: StartableKind, tracker: StepTracker): Promise<void> {
  const tasks = new Listr(
    stackSteps.map((name) => ({
      title: stepTitles[kind][name],
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
