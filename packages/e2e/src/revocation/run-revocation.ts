import { createWorld } from '../attempts/index.ts';
import type { RunOptions } from '../command-line.ts';
import { useStack } from '../use-stack.ts';
import { type RevocationSummary, summaryOf } from './revocation-report.ts';
import { revocations } from './revocations.ts';

/** From the command on nothing may be let in for longer. */
export const everywhereWithinMs = 1_000;

/** Measures each kind of revocation so many times, one after the other, on a stack of its own or one that runs. */
export async function runRevocation(
  { name, stack: kind, userIssuer }: Pick<RunOptions, 'name' | 'stack' | 'userIssuer'>,
  times: number,
  onMeasured: (kind: string, milliseconds: number) => void,
): Promise<readonly RevocationSummary[]> {
  const { stack, release } = await useStack({ purpose: 'revocation', name, kind, userIssuer });
  const world = createWorld(stack, { keepsProbes: true });
  try {
    const summaries: RevocationSummary[] = [];
    for (const revocation of revocations) {
      const measured: number[] = [];
      for (let time = 0; time < times; time += 1) {
        const milliseconds = await revocation.measure(world);
        measured.push(milliseconds);
        onMeasured(revocation.kind, milliseconds);
      }
      summaries.push(summaryOf(revocation.kind, measured));
    }
    return summaries;
  } finally {
    await world.close();
    await release();
  }
}
