import { writeFile } from 'node:fs/promises';
import { useStack } from '../use-stack.ts';
import { createCommandLine, type EnduranceOptions } from './command-line.ts';
import { isSound } from './endurance-report.ts';
import { createProgressLine } from './progress-line.ts';
import { runEndurance } from './run-endurance.ts';
import { showKill, showMinute, showReport } from './show-report.ts';

async function run(options: EnduranceOptions): Promise<void> {
  const { stack, release } = await useStack({
    purpose: 'endurance',
    name: options.name,
    kind: options.stack,
    userIssuer: 'own',
  });
  const progress = createProgressLine(process.stdout);
  try {
    const report = await runEndurance(stack, options, {
      onOutcome: progress.count,
      onMinute: (line) => progress.print(showMinute(line)),
      onKill: (kill) => progress.print(showKill(kill)),
      onPhase: progress.print,
    });
    progress.end();
    if (options.report !== undefined) await writeFile(options.report, `${JSON.stringify(report, null, 2)}\n`);
    console.log(`\n${showReport(report)}`);
    process.exitCode = isSound(report) ? 0 : 1;
  } finally {
    progress.end();
    await release();
  }
}

await createCommandLine(run)
  .parseAsync()
  .catch((error: unknown) => {
    console.error(`endurance: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  });
