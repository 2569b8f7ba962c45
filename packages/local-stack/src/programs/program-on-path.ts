import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import type { PinnedProgram } from './pinned-program.ts';

const execute = promisify(execFile);
const timeoutMs = 10_000;

/** The first program of this name on PATH that is of the pinned version, as an absolute path; null where there is none. */
export async function programOnPath(program: PinnedProgram, path: string): Promise<string | null> {
  for (const folder of path.split(delimiter)) {
    const candidate = join(folder, program.name);
    if (folder === '' || !existsSync(candidate)) continue;
    if (await isOfVersion(candidate, program)) return realpath(candidate);
  }
  return null;
}

/** Other versions than the pinned one were never run with this configuration. */
async function isOfVersion(candidate: string, program: PinnedProgram): Promise<boolean> {
  try {
    const { stdout, stderr } = await execute(candidate, [...program.versionArgs], { timeout: timeoutMs });
    return mentionsVersion(`${stdout}\n${stderr}`, program.version);
  } catch {
    return false;
  }
}

function mentionsVersion(output: string, version: string): boolean {
  return new RegExp(`(^|[^0-9.])${version.replaceAll('.', '\\.')}($|[^0-9.])`).test(output);
}
