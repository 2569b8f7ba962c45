import { rm } from 'node:fs/promises';
import type { Attempt } from '../attempts/attempt.ts';
import { createWorld } from '../attempts/world.ts';
import { hasPassed, type ReportLine } from '../report.ts';
import { runAttempts } from '../run-attempts.ts';
import { startSeamedStack } from '../seams/index.ts';
import { defaultStackKind, type StackKind, stackNameFor } from '../stack-kind.ts';
import { forgerSeams, keyDirectoryOf } from './forger-seams.ts';

/** So long that no SVID is replaced meanwhile: what is tried is one call at a time, not what outlives its identity. */
const longLives = ['--svid-ttl', '3600'];

/**
 * Makes every forged call on a stack of its own, whose keys the forger has, and ends it. Throws for a stack of containers,
 * whose programs are what their images hold.
 */
export async function runBypass(
  attempts: readonly Attempt[],
  { stack: kind = defaultStackKind, name = stackNameFor('bypass', kind) }: BypassOptions,
  onLine: (line: ReportLine) => void,
): Promise<ReportLine[]> {
  if (kind === 'compose') throw new Error('the keys of a stack of containers cannot be had: use --stack embedded');
  const keyDirectory = keyDirectoryOf(name);
  const seams = forgerSeams(keyDirectory, kind);
  const { stack, release } = await startSeamedStack({ name, kind, seams, options: longLives });
  const world = createWorld(stack, { keepsProbes: true });
  try {
    return await runAttempts(attempts, world, onLine);
  } finally {
    await world.close();
    await release();
    // Keys of a stack that is gone, and that nobody needs to find.
    await rm(keyDirectory, { recursive: true, force: true });
  }
}

export interface BypassOptions {
  readonly stack?: StackKind | undefined;
  readonly name?: string | undefined;
}

/** How often each verdict was given, the most frequent first: what was told, with what was recorded. */
export function countsByVerdict(lines: readonly ReportLine[]): readonly string[] {
  const counts = Map.groupBy(lines, ({ actual }) => actual);
  const rows = [...counts].map(([verdict, of]) => [verdict, of.length, of.filter(hasPassed).length] as const);
  const width = Math.max(...rows.map(([verdict]) => verdict.length), 'verdict'.length);
  return [
    `${'verdict'.padEnd(width)}  paths  as expected`,
    ...rows
      .toSorted(([, a], [, b]) => b - a)
      .map(
        ([verdict, count, passed]) =>
          `${verdict.padEnd(width)}  ${String(count).padStart(5)}  ${String(passed).padStart(11)}`,
      ),
  ];
}
