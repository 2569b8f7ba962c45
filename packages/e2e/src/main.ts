import { writeFile } from 'node:fs/promises';
import { attempts, attemptsWithDex, createWorld, troubles } from './attempts/index.ts';
import { createCommandLine, type RunOptions } from './command-line.ts';
import { useStack } from './native-stack.ts';
import { hasPassed, type ReportLine } from './report.ts';
import { runAttempts } from './run-attempts.ts';

/**
 * Short lives, so that what outlives them is seen soon; and spools that are full soon, though not within the seconds for
 * which a trial takes the ledger or its database away.
 */
const optionsForTrouble = ['--svid-ttl', '30', '--database-login-ttl', '20', '--spool-limit', '1048576'];

function show(line: ReportLine): void {
  if (hasPassed(line)) console.log(`✔ ${line.id}  ${line.actual}`);
  else
    console.log(
      `✘ ${line.id}  expected ${line.expected}, got ${line.actual}${line.recorded ? '' : ', unrecorded'}  ${line.reason}`,
    );
  if (line.observed !== undefined) console.log(`  ${line.observed}`);
}

async function run({ name, report, only = '', trouble, userIssuer }: RunOptions): Promise<void> {
  const ofUsers = userIssuer === 'dex' ? attemptsWithDex : attempts;
  const chosen = (trouble ? troubles : ofUsers).filter(({ id }) => id.startsWith(only));
  const { stack, release } = await useStack(name, userIssuer, trouble ? optionsForTrouble : []);
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

await createCommandLine(run)
  .parseAsync()
  .catch((error: unknown) => {
    console.error(`e2e: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  });
