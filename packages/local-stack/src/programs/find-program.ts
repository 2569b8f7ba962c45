import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type ProgramName, pinnedPrograms } from './pinned-program.ts';
import { cachedProgramDirectory, programCacheDirectory } from './program-cache.ts';
import { programOnPath } from './program-on-path.ts';

/** The path of a program in the pinned version where this machine has it already; null where it would have to be got. */
export async function findProgram(
  name: ProgramName,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | null> {
  const program = pinnedPrograms[name];
  const onPath = await programOnPath(program, env.PATH ?? '');
  if (onPath !== null) return onPath;
  const cached = join(cachedProgramDirectory(programCacheDirectory(env), program), name);
  return existsSync(cached) ? cached : null;
}
