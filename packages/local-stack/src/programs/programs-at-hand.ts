import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type ProgramName, pinnedPrograms } from './pinned-program.ts';
import { cachedProgramDirectory, programCacheDirectory } from './program-cache.ts';
import { programOnPath } from './program-on-path.ts';

/** Programs that need neither be fetched nor built; null where one of them would have to. */
export async function programsAtHand<Name extends ProgramName>(
  names: readonly Name[],
): Promise<Readonly<Record<Name, string>> | null> {
  const paths: [Name, string][] = [];
  for (const name of names) {
    const program = pinnedPrograms[name];
    const cached = join(cachedProgramDirectory(programCacheDirectory(process.env), program), name);
    const path = (await programOnPath(program, process.env.PATH ?? '')) ?? (existsSync(cached) ? cached : null);
    if (path === null) return null;
    paths.push([name, path]);
  }
  return Object.fromEntries(paths) as Record<Name, string>;
}
