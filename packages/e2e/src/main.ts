import { writeFile } from 'node:fs/promises';
import { type Attempt, attempts, attemptsWithDex, createWorld, troubles } from './attempts/index.ts';
import { bypassPaths } from './bypass/index.ts';
import { countsByVerdict, runBypass } from './bypass/run-bypass.ts';
import { createCommandLine, type RunOptions, wantedKind } from './command-line.ts';
import { enclosingStack } from './enclosing-stack.ts';
import { runOnContainers } from './on-containers.ts';
import { pathList } from './path-list.ts';
import { pathCount } from './path-table.ts';
import { hasPassed, type ReportLine } from './report.ts';
import { showRevocations } from './revocation/revocation-report.ts';
import { everywhereWithinMs, runRevocation } from './revocation/run-revocation.ts';
import { runAttempts } from './run-attempts.ts';
import { useStack } from './use-stack.ts';

/** Short lives, so that what outlives them is seen soon. */
const shortLives = ['--svid-ttl', '30', '--database-login-ttl', '20'];
/** And spools that are full soon, though not within the seconds for which a trial takes the ledger or its database away. */
const optionsForTrouble = [...shortLives, '--spool-limit', '1048576'];

function show(line: ReportLine): void {
  if (hasPassed(line)) console.log(`✔ ${line.id}  ${line.actual}`);
  else
    console.log(
      `✘ ${line.id}  expected ${line.expected}, got ${line.actual}${line.recorded ? '' : ', unrecorded'}  ${line.reason}`,
    );
  if (line.observed !== undefined) console.log(`  ${line.observed}`);
}

/** Null where they run here, on a stack of processes or in one of containers. */
async function exitCodeOfContainers(options: RunOptions): Promise<number | null> {
  return wantedKind(options) === 'compose' && enclosingStack() === null ? await runOnContainers(options) : null;
}

async function writeReport(file: string, lines: readonly object[]): Promise<void> {
  if (file === '-') console.log(JSON.stringify(lines));
  else await writeFile(file, `${JSON.stringify(lines, null, 2)}\n`);
}

function pathsOf({ bypass, trouble, userIssuer }: RunOptions): readonly Attempt[] {
  if (bypass) return bypassPaths;
  if (trouble) return troubles;
  return userIssuer === 'dex' ? attemptsWithDex : attempts;
}

/** Of thousands only those are shown that did not go as expected. */
async function tryBypass(chosen: readonly Attempt[], options: RunOptions): Promise<void> {
  const lines = await runBypass(chosen, options, (line) => {
    if (!hasPassed(line)) show(line);
  });
  if (options.report !== undefined) await writeReport(options.report, lines);
  for (const line of countsByVerdict(lines)) console.log(line);
  const passed = lines.filter(hasPassed).length;
  console.log(`${passed} passed, ${lines.length - passed} failed`);
  process.exitCode = passed === lines.length && passed > 0 ? 0 : 1;
}

async function measureRevocation(options: RunOptions, times: number): Promise<void> {
  const summaries = await runRevocation(options, times, (kind, ms) => console.log(`${kind}  ${Math.round(ms)} ms`));
  if (options.report !== undefined) await writeReport(options.report, summaries);
  console.log(showRevocations(summaries));
  process.exitCode = summaries.every(({ worstMs }) => worstMs <= everywhereWithinMs) ? 0 : 1;
}

async function run(options: RunOptions): Promise<void> {
  const { name, report, only = '', trouble, userIssuer } = options;
  const chosen = pathsOf(options).filter(({ id }) => id.startsWith(only));
  if (options.list) {
    for (const line of pathList(chosen)) console.log(line);
    // No part of the list, of which two are to be laid side by side.
    console.error(pathCount(chosen));
    return;
  }
  if (options.bypass) {
    await tryBypass(chosen, options);
    return;
  }
  if (options.revocation !== undefined) {
    await measureRevocation(options, options.revocation);
    return;
  }
  const exitCode = await exitCodeOfContainers(options);
  if (exitCode !== null) {
    process.exitCode = exitCode;
    return;
  }
  const { stack, release } = await useStack({
    purpose: 'e2e',
    name,
    kind: wantedKind(options),
    userIssuer,
    options: trouble ? optionsForTrouble : shortLives,
  });
  const world = createWorld(stack, { keepsProbes: true });
  try {
    const lines = await runAttempts(chosen, world, show);
    if (report !== undefined) await writeReport(report, lines);
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
