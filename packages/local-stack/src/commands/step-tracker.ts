import { type StackStep, type StepEvent, stackSteps } from '../stack/stack-step.ts';

/** Turns the events of a start into something to wait for, step by step. */
export interface StepTracker {
  event(event: StepEvent): void;
  /** No step that is not done yet ever will be. */
  fail(): void;
  /** Settles with the step; `onDetail` is told how it goes. */
  wait(step: StackStep, onDetail: (detail: string) => void): Promise<void>;
}

export function createStepTracker(): StepTracker {
  const steps = new Map(
    stackSteps.map((name) => [name, { ...Promise.withResolvers<void>(), detail: '', listener: noListener }]),
  );
  // One that nobody waits for yet is no unhandled error.
  for (const { promise } of steps.values()) promise.catch(() => undefined);
  return {
    event({ step, state, detail }) {
      const tracked = steps.get(step);
      if (tracked === undefined) return;
      if (detail !== undefined) {
        tracked.detail = detail;
        tracked.listener(detail);
      }
      if (state === 'done') tracked.resolve();
    },
    fail() {
      for (const { reject } of steps.values()) reject(new Error('did not start'));
    },
    async wait(step, onDetail) {
      const tracked = steps.get(step);
      if (tracked === undefined) return;
      tracked.listener = onDetail;
      if (tracked.detail !== '') onDetail(tracked.detail);
      await tracked.promise;
    },
  };
}

function noListener(_detail: string): void {}
