import type { ProgramName } from '@zt/local-stack/programs';
import { canRunNativeWithout } from './missing-programs.ts';
import type { Outcome } from './outcome.ts';
import { embeddedPaths, nativePaths, type PathRun, pathsWithDex, type runPaths } from './run-paths.ts';
import { sameVerdicts } from './same-verdicts.ts';

/**
 * Drives the paths on the embedded stack, which every machine can run; on the native one where its programs are at hand,
 * and then says whether both gave the same verdicts; and with Dex where that is at hand.
 */
export async function pathOutcomes(
  missing: readonly ProgramName[],
  run: (paths: PathRun) => ReturnType<typeof runPaths>,
): Promise<readonly Outcome[]> {
  const embedded = await run(embeddedPaths);
  const outcomes = [embedded.outcome];
  if (canRunNativeWithout(missing)) {
    const native = await run(nativePaths);
    outcomes.push(native.outcome);
    // Where one of them came to no report, its own outcome says so.
    if (embedded.report !== null && native.report !== null)
      outcomes.push(sameVerdicts({ embedded: embedded.report, native: native.report }));
  }
  if (!missing.includes('dex')) outcomes.push((await run(pathsWithDex)).outcome);
  return outcomes;
}
