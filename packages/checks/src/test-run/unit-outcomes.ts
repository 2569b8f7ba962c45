import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { failedToRun, type Outcome } from './outcome.ts';
import { vitestReportFile } from './run-turbo.ts';
import type { Task } from './turbo-summary.ts';
import { parseVitestReport } from './vitest-report.ts';

/** Counts the tests of every package; of all other tasks only the failed ones count, as one failure each. */
export async function unitOutcomes(root: string, tasks: readonly Task[]): Promise<readonly Outcome[]> {
  const failedChecks = tasks.filter(({ name, succeeded }) => name !== 'test' && !succeeded);
  const tests = tasks.filter(({ name }) => name === 'test');
  return [...failedChecks.map(({ id }) => failedToRun(id)), ...(await Promise.all(tests.map(outcomeOfTests)))];

  async function outcomeOfTests(task: Task): Promise<Outcome> {
    const json = await readFile(join(root, task.directory, vitestReportFile), 'utf8').catch(() => null);
    if (json === null) return failedToRun(task.packageName);
    const outcome = { ...parseVitestReport(task.packageName, json), unchanged: task.unchanged };
    return task.succeeded || outcome.failed > 0 ? outcome : { ...outcome, failed: 1 };
  }
}
