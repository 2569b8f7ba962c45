import { writeFile } from 'node:fs/promises';
import { useUntilStopped } from '../compose/use-until-stopped.ts';
import { enclosingStack } from '../enclosing-stack.ts';
import { useStack } from '../use-stack.ts';
import { createCommandLine, type EnduranceOptions } from './command-line.ts';
import { type EnduranceReport, isSound } from './endurance-report.ts';
import { createProgressLine } from './progress-line.ts';
import { runEndurance } from './run-endurance.ts';
import { runOnContainers } from './run-on-containers.ts';
import { showKill, showMinute, showReport } from './show-report.ts';

const purpose = 'endurance';

async function run(options: EnduranceOptions): Promise<void> {
  if (options.stack === 'compose' && enclosingStack() === null) process.exitCode = await runFromOutside(options);
  else process.exitCode = await runHere(options);
}

async function runFromOutside(options: EnduranceOptions): Promise<number> {
  return await useUntilStopped({ purpose, name: options.name }, async (used) => {
    const report = await runOnContainers(used, options, {
      onKill: (kill) => console.log(showKill(kill)),
      onLine: (line) => console.log(line),
    });
    return await conclude(report, options);
  });
}

async function runHere(options: EnduranceOptions): Promise<number> {
  const { name, stack: kind } = options;
  const { stack, release } = await useStack({ purpose, name, kind, userIssuer: 'own' });
  const progress = createProgressLine(process.stdout);
  try {
    const report = await runEndurance(stack, options, {
      onOutcome: progress.count,
      onMinute: (line) => progress.print(showMinute(line)),
      onKill: (kill) => progress.print(showKill(kill)),
      onPhase: progress.print,
    });
    progress.end();
    return await conclude(report, options);
  } finally {
    progress.end();
    await release();
  }
}

async function conclude(report: EnduranceReport, { report: file }: EnduranceOptions): Promise<number> {
  if (file === '-') console.log(JSON.stringify(report));
  else {
    if (file !== undefined) await writeFile(file, `${JSON.stringify(report, null, 2)}\n`);
    console.log(`\n${showReport(report)}`);
  }
  return isSound(report) ? 0 : 1;
}

await createCommandLine(run)
  .parseAsync()
  .catch((error: unknown) => {
    console.error(`endurance: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  });
