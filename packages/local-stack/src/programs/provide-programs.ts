import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type ProgramName, pinnedPrograms } from './pinned-program.ts';
import { programCacheDirectory } from './program-cache.ts';
import { type ProvidedProgram, provideProgram } from './provide-program.ts';

/** Provides one program for this machine. */
export function provideForThisMachine(
  name: ProgramName,
  repositoryRoot: string,
  onProgress: (message: string) => void,
): Promise<ProvidedProgram> {
  return provideProgram(pinnedPrograms[name], {
    cacheDirectory: programCacheDirectory(process.env),
    toolsDirectory: join(repositoryRoot, 'infra/tools'),
    searchPath: process.env.PATH ?? '',
    platform: process.platform,
    arch: process.arch,
    onProgress,
  });
}

/** The Postgres plugin that was built with a Vault; null for the vendor's own Vault, which has it built in. */
export function postgresPluginOf(vault: string): string | null {
  const plugin = join(dirname(vault), 'postgresql-database-plugin');
  return existsSync(plugin) ? plugin : null;
}
