import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { whyNoContainers } from '@zt/e2e/why-no-containers';
import { createCommandLine } from './command-line.ts';
import { leftOutWithout, missingPrograms } from './missing-programs.ts';
import { pathOutcomes } from './path-outcomes.ts';
import { runPaths } from './run-paths.ts';
import { runTurbo } from './run-turbo.ts';
import { succeeded, summaryLines } from './summary.ts';
import { unitOutcomes } from './unit-outcomes.ts';

const root = resolve(import.meta.dirname, '../../../..');

await createCommandLine(async ({ all, containers }) => {
  if (all) {
    const tools = spawnSync(process.execPath, ['packages/local-stack/src/main.ts', 'tools'], {
      cwd: root,
      stdio: 'inherit',
    });
    if (tools.status !== 0) process.exit(1);
  }
  const missing = await missingPrograms();
  // What is at hand decides what runs, so that turbo must not answer from a run that had less.
  process.env.ZT_MISSING_PROGRAMS = missing.join(' ');

  const whyNot = containers ? await whyNoContainers() : '--no-containers leaves them out';

  const outcomes = [
    ...(await unitOutcomes(root, await runTurbo(root))),
    ...(await pathOutcomes({ missing, canRunContainers: whyNot === null }, (paths) => runPaths(root, paths))),
  ];
  const notTested = whyNot === null ? [] : [`NOT TESTED: the paths on the stack of containers: ${whyNot}`];
  for (const line of summaryLines(outcomes, [...leftOutWithout(missing), ...notTested])) console.log(line);
  process.exitCode = succeeded(outcomes) ? 0 : 1;
}).parseAsync();
