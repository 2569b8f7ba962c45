import { z } from 'zod';

const turboSummary = z.object({
  tasks: z.array(
    z.object({
      taskId: z.string(),
      task: z.string(),
      package: z.string(),
      directory: z.string(),
      command: z.string(),
      cache: z.object({ status: z.enum(['HIT', 'MISS']) }),
      execution: z.object({ exitCode: z.number().nullish() }).nullish(),
    }),
  ),
});

export interface Task {
  /** Such as `@zt/kit#test`. */
  readonly id: string;
  readonly name: string;
  readonly packageName: string;
  /** Relative to the repository's root. */
  readonly directory: string;
  readonly succeeded: boolean;
  /** Nothing that it reads has changed since it last succeeded, so it was not run again. */
  readonly unchanged: boolean;
}

/** Reads the summary that `turbo run --summarize` leaves; packages without such a script are left out. */
export function parseTurboSummary(json: string): readonly Task[] {
  return turboSummary
    .parse(JSON.parse(json))
    .tasks.filter(({ command }) => command !== '<NONEXISTENT>')
    .map((task) => ({
      id: task.taskId,
      name: task.task,
      packageName: task.package,
      directory: task.directory,
      succeeded: task.execution?.exitCode === 0,
      unchanged: task.cache.status === 'HIT',
    }));
}
