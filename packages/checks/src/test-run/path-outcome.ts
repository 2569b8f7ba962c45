import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { failedToRun, type Outcome } from './outcome.ts';
import { parsePathReport } from './path-report.ts';

/** Which paths to drive, and on which stack. */
export interface PathRun {
  readonly part: string;
  /** Of the command `e2e`. */
  readonly options: readonly string[];
}

/** Every allowed and every blocked path. */
export const allPaths: PathRun = { part: 'paths on the native stack', options: [] };

/** What another issuer of users' tokens brings. The paths of users are not driven a second time. */
export const pathsWithDex: PathRun = {
  part: 'paths with Dex as the issuer',
  options: ['--name', 'e2e-dex', '--user-issuer', 'dex', '--only', 'issuer/'],
};

/** Drives paths through a native stack of its own, and counts them. */
export async function pathOutcome(root: string, { part, options }: PathRun): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), 'zt-paths-'));
  try {
    const file = join(folder, 'paths.json');
    const e2e = spawn(
      process.execPath,
      ['packages/e2e/src/main.ts', '--stack', 'native', '--report', file, ...options],
      { cwd: root, stdio: 'inherit' },
    );
    const [exitCode] = await once(e2e, 'close');
    const json = await readFile(file, 'utf8').catch(() => null);
    if (json === null) return failedToRun(part);
    const outcome = parsePathReport(part, json);
    return exitCode === 0 || outcome.failed > 0 ? outcome : { ...outcome, failed: 1 };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
