import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** The one version that makes the committed module; another may make other bytes. */
export const opaVersion = '1.22.2';

export const howToGetOpa = `OPA ${opaVersion} is not at hand. \`npx -y pnpm@12 zt tools opa\` puts it into place, or set OPA to the program's path.`;

/**
 * The path of OPA in the pinned version: the variable OPA, then PATH, then the cache that `zt tools opa` fills.
 * Undefined where none has that version; a program named by OPA that is missing or of another version is an error.
 */
export function findOpa(environment: NodeJS.ProcessEnv): string | undefined {
  const named = environment.OPA;
  if (named !== undefined && named !== '') {
    const version = versionOf(named);
    if (version !== opaVersion)
      throw new Error(`OPA names a program of version ${version ?? 'unknown'}, not ${opaVersion}`);
    return named;
  }
  const onPath = (environment.PATH ?? '').split(delimiter).map((folder) => join(folder, 'opa'));
  const cache = environment.ZT_TOOLS_CACHE || join(environment.XDG_CACHE_HOME || join(homedir(), '.cache'), 'zt-tools');
  return [...onPath, join(cache, 'opa', opaVersion, 'opa')].find(
    (program) => existsSync(program) && versionOf(program) === opaVersion,
  );
}

function versionOf(program: string): string | undefined {
  try {
    const output = execFileSync(program, ['version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return /^Version: (\S+)$/m.exec(output)?.[1];
  } catch {
    return undefined;
  }
}
