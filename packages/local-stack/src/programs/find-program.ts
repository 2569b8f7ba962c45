import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type PinnedProgram, type ProgramName, pinnedPrograms } from './pinned-program.ts';
import { cachedProgramDirectory, programCacheDirectory } from './program-cache.ts';
import { programOnPath } from './program-on-path.ts';

/** A program in the pinned version that this machine has already: on PATH, else in the cache. Null where it would have to be got. */
export async function locateProgram(
  program: PinnedProgram,
  { searchPath, cacheDirectory }: { readonly searchPath: string; readonly cacheDirectory: string },
): Promise<{ readonly path: string; readonly from: 'PATH' | 'cache' } | null> {
  const onPath = await programOnPath(program, searchPath);
  if (onPath !== null) return { path: onPath, from: 'PATH' };
  const cached = join(cachedProgramDirectory(cacheDirectory, program), program.name);
  return existsSync(cached) ? { path: cached, from: 'cache' } : null;
}

/** The path of a program in the pinned version where this machine has it already; null where it would have to be got. */
export async function findProgram(
  name: ProgramName,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | null> {
  const places = { searchPath: env.PATH ?? '', cacheDirectory: programCacheDirectory(env) };
  return (await locateProgram(pinnedPrograms[name], places))?.path ?? null;
}
