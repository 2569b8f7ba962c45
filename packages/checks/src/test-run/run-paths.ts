import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { failedToRun, type Outcome } from './outcome.ts';
import { outcomeOf, type PathReport, parsePathReport } from './path-report.ts';

/** Which paths to drive, and on which stack. */
export interface PathRun {
  readonly part: string;
  /** Of the command `e2e`. */
  readonly options: readonly string[];
}

/** Every allowed and every blocked path. */
export const embeddedPaths: PathRun = { part: 'paths on the embedded stack', options: ['--stack', 'embedded'] };
export const nativePaths: PathRun = { part: 'paths on the native stack', options: ['--stack', 'native'] };
export const composePaths: PathRun = { part: 'paths on the stack of containers', options: ['--stack', 'compose'] };

/** What another issuer of users' tokens brings. The paths of users are not driven a second time. */
export const pathsWithDex: PathRun = {
  part: 'paths with Dex as the issuer',
  options: ['--stack', 'embedded', '--name', 'e2e-dex', '--user-issuer', 'dex', '--only', 'issuer/'],
};

/** A sample: all of them take more than a minute, and are a command of their own. */
export const forgedCredentials: PathRun = {
  part: 'forged credentials on one edge',
  options: ['--stack', 'embedded', '--name', 'e2e-bypass', '--bypass', '--only', 'bypass/order-payment/CapturePayment'],
};

/** Drives paths through a stack of its own, and counts them. The report is null where there is none. */
export async function runPaths(
  root: string,
  { part, options }: PathRun,
): Promise<{ readonly outcome: Outcome; readonly report: PathReport | null }> {
  const folder = await mkdtemp(join(tmpdir(), 'zt-paths-'));
  try {
    const file = join(folder, 'paths.json');
    const e2e = spawn(process.execPath, ['packages/e2e/src/main.ts', '--report', file, ...options], {
      cwd: root,
      stdio: 'inherit',
    });
    const [exitCode] = await once(e2e, 'close');
    const json = await readFile(file, 'utf8').catch(() => null);
    if (json === null) return { outcome: failedToRun(part), report: null };
    const report = parsePathReport(json);
    const outcome = outcomeOf(part, report);
    return { outcome: exitCode === 0 || outcome.failed > 0 ? outcome : { ...outcome, failed: 1 }, report };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
