import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { glob, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseTurboSummary, type Task } from './turbo-summary.ts';

const summaryFolder = '.turbo/runs';

/** Where each package's tests leave vitest's JSON report, below the package. */
export const vitestReportFile = 'node_modules/.cache/vitest.json';

/**
 * Runs generate, lint, typecheck and test of every package, all of them even where some fail, with their output on the
 * terminal. The answer is what was run and how it went; a run of turbo that leaves no summary is an error.
 */
export async function runTurbo(root: string): Promise<readonly Task[]> {
  await rm(join(root, summaryFolder), { recursive: true, force: true });
  // Turbo brings them back where it has nothing to run; what a broken run leaves behind must not be counted.
  for await (const report of glob(`*/*/${vitestReportFile}`, { cwd: root })) await rm(join(root, report));
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${vitestReportFile}`];
  const turbo = spawn('turbo', ['run', 'test', '--continue', '--summarize', '--', ...reporters], {
    cwd: root,
    stdio: 'inherit',
  });
  await once(turbo, 'close');
  const [summary] = await readdir(join(root, summaryFolder)).catch(() => []);
  if (summary === undefined) throw new Error('turbo ended without a summary of what it has run');
  return parseTurboSummary(await readFile(join(root, summaryFolder, summary), 'utf8'));
}
