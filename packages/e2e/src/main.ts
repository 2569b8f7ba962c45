import { writeFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { attempts, createWorld } from './attempts/index.ts';
import { useStack } from './native-stack.ts';
import { hasPassed, type ReportLine } from './report.ts';
import { runAttempts } from './run-attempts.ts';

interface Options {
  readonly stack: 'native';
  readonly name: string;
  readonly report?: string;
  readonly only?: string;
}

const program = new Command('e2e')
  .description('Drives every allowed and every blocked path through a running stack and reads back what was recorded.')
  .addOption(new Option('--stack <kind>', 'the kind of stack').choices(['native']).default('native'))
  .option(
    '--name <name>',
    'the stack to use; where none of that name runs, one is started, and stopped afterwards',
    'e2e',
  )
  .option('--report <file>', 'write what was tried, expected and found as JSON')
  .option('--only <prefix>', 'only paths whose id starts with this, such as token/')
  .action(run);

function show(line: ReportLine): void {
  if (hasPassed(line)) console.log(`✔ ${line.id}  ${line.actual}`);
  else
    console.log(
      `✘ ${line.id}  expected ${line.expected}, got ${line.actual}${line.recorded ? '' : ', unrecorded'}  ${line.reason}`,
    );
}

async function run({ name, report, only = '' }: Options): Promise<void> {
  const chosen = attempts.filter(({ id }) => id.startsWith(only));
  const { stack, release } = await useStack(name);
  const world = createWorld(stack);
  try {
    const lines = await runAttempts(chosen, world, show);
    if (report !== undefined) await writeFile(report, `${JSON.stringify(lines, null, 2)}\n`);
    const allowed = lines.filter(({ expected, actual }) => expected === 'OK' && actual === 'OK').length;
    const passed = lines.filter(hasPassed).length;
    console.log(`${allowed} paths allowed, ${passed - allowed} refused, each as the access graph says`);
    console.log(`${passed} passed, ${lines.length - passed} failed`);
    process.exitCode = passed === lines.length && passed > 0 ? 0 : 1;
  } finally {
    await world.close();
    await release();
  }
}

await program.parseAsync().catch((error: unknown) => {
  console.error(`e2e: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
