import { findProgram } from '../find-program.ts';
import type { ProgramName } from '../pinned-program.ts';

/** Programs that need neither be fetched nor built; null where one of them would have to. */
export async function programsAtHand<Name extends ProgramName>(
  names: readonly Name[],
): Promise<Readonly<Record<Name, string>> | null> {
  const found = await Promise.all(names.map(async (name) => [name, await findProgram(name, process.env)] as const));
  if (found.some(([, path]) => path === null)) return null;
  return Object.fromEntries(found) as Record<Name, string>;
}
