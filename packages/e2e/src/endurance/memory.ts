import pidusage from 'pidusage';
import type { StackProcess } from './stack-control.ts';

/** Resident memory by process, in mebibytes. A process that is down, or ends while it is looked at, is left out; one that has several parts counts once. */
export async function memoryOf(processes: readonly StackProcess[]): Promise<ReadonlyMap<string, number>> {
  const sizes = await Promise.all(
    processes.map(async ({ name, pid }, index) => {
      if (pid === null || processes.findIndex((each) => each.pid === pid) < index) return [];
      const usage = await pidusage(pid).catch(() => null);
      return usage === null || usage.memory === 0 ? [] : [[name, usage.memory / 2 ** 20] as const];
    }),
  );
  return new Map(sizes.flat());
}
