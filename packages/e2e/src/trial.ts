import { startZt } from './zt-command.ts';

/** What `zt compose trial` says once the processes of its container can be workloads. */
export const trialHasBegun = 'the trial has begun';

/** What those know whom this process starts: they are in the same trial. */
const mark = 'ZT_IN_TRIAL';

export interface Trial {
  /** Settles when nobody can be a workload here any more. */
  close(): Promise<void>;
}

/**
 * In a container that is made for it: lets its processes be workloads of the stack, each by the program that it runs, until
 * the trial is closed or this process ends.
 */
export async function beginTrial(): Promise<Trial> {
  if (process.env[mark] !== undefined) return { close: async () => {} };
  const held = startZt('compose', 'trial');
  await held.said(new RegExp(`^(${trialHasBegun})$`, 'm'));
  process.env[mark] = '1';
  return {
    async close() {
      delete process.env[mark];
      held.letGo();
      if (!(await held.ended).ok) throw new Error('what was registered for the trial could not be removed');
    },
  };
}
