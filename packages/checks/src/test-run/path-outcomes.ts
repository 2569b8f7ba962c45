import type { ProgramName } from '@zt/local-stack/programs';
import { canRunNativeWithout } from './missing-programs.ts';
import type { Outcome } from './outcome.ts';
import {
  composePaths,
  embeddedPaths,
  forgedCredentials,
  nativePaths,
  type PathRun,
  pathsWithDex,
  type runPaths,
} from './run-paths.ts';
import { type ReportOfKind, sameVerdicts } from './same-verdicts.ts';

export interface AtHand {
  /** The programs that this machine lacks. */
  readonly missing: readonly ProgramName[];
  readonly canRunContainers: boolean;
}

/**
 * Drives the paths on the embedded stack, which every machine can run; on the native one where its programs are at hand, and
 * on one of containers where those can run; says whether each of these gave the verdicts of the one before; with Dex where
 * that is at hand; and some with forged credentials.
 */
export async function pathOutcomes(
  { missing, canRunContainers }: AtHand,
  run: (paths: PathRun) => ReturnType<typeof runPaths>,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  let before: ReportOfKind | null = null;
  const runs = [
    { kind: 'embedded' as const, paths: embeddedPaths },
    ...(canRunNativeWithout(missing) ? [{ kind: 'native' as const, paths: nativePaths }] : []),
    ...(canRunContainers ? [{ kind: 'compose' as const, paths: composePaths }] : []),
  ];
  for (const { kind, paths } of runs) {
    const { outcome, report } = await run(paths);
    outcomes.push(outcome);
    // One that came to no report says so itself.
    if (report === null) continue;
    if (before !== null) outcomes.push(sameVerdicts(before, { kind, report }));
    before = { kind, report };
  }
  if (!missing.includes('dex')) outcomes.push((await run(pathsWithDex)).outcome);
  outcomes.push((await run(forgedCredentials)).outcome);
  return outcomes;
}
