import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { failedToRun, type Outcome } from './outcome.ts';
import { parsePathReport } from './path-report.ts';

/** Drives every allowed and every blocked path through a native stack of its own, and counts them. */
export async function pathOutcome(root: string): Promise<Outcome> {
  const part = 'paths on the native stack';
  const folder = await mkdtemp(join(tmpdir(), 'zt-paths-'));
  try {
    const file = join(folder, 'paths.json');
    const e2e = spawn(process.execPath, ['packages/e2e/src/main.ts', '--stack', 'native', '--report', file], {
      cwd: root,
      stdio: 'inherit',
    });
    const [exitCode] = await once(e2e, 'close');
    const json = await readFile(file, 'utf8').catch(() => null);
    if (json === null) return failedToRun(part);
    const outcome = parsePathReport(part, json);
    return exitCode === 0 || outcome.failed > 0 ? outcome : { ...outcome, failed: 1 };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
