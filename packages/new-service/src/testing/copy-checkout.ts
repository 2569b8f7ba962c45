import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { z } from 'zod';
import { checkoutRoot } from './checkout-root.ts';

const execute = promisify(execFile);
const mostBytes = 64 * 1024 * 1024;
const leftOut = new Set(['node_modules', '.git', '.turbo', '.zt']);

/** A checkout of its own, with all that is in this one, committed and installed. */
export interface CheckoutCopy {
  readonly root: string;
  /** Runs a program there and gives what it printed; rejects where it fails. */
  run(program: string, args: readonly string[], folder?: string): Promise<string>;
  remove(): Promise<void>;
}

/** Takes packages from where this checkout has them from, and nothing from the network. */
export async function copyCheckout(): Promise<CheckoutCopy> {
  const root = await mkdtemp(join(tmpdir(), 'zt-checkout-'));
  await cp(checkoutRoot, root, { recursive: true, filter: (path) => !leftOut.has(basename(path)) });
  const run: CheckoutCopy['run'] = async (program, args, folder = '.') => {
    const { stdout } = await execute(program, args, { cwd: join(root, folder), maxBuffer: mostBytes });
    return stdout;
  };
  await run('git', ['init', '--quiet']);
  await run('git', ['add', '--all']);
  const author = ['-c', 'user.name=test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false'];
  await run('git', [...author, 'commit', '--quiet', '--message', 'a copy']);
  await run('pnpm', ['install', '--frozen-lockfile', '--ignore-scripts']);
  return { root, run, remove: () => rm(root, { recursive: true, force: true }) };
}

/** What pnpm has to be told in the environment, so that it installs from the same store and from there only. */
export async function offlineInstall(): Promise<Readonly<Record<string, string>>> {
  const modules = parse(await readFile(join(checkoutRoot, 'node_modules/.modules.yaml'), 'utf8'));
  const { storeDir } = z.object({ storeDir: z.string() }).parse(modules);
  return { pnpm_config_store_dir: storeDir, pnpm_config_offline: 'true', pnpm_config_trust_lockfile: 'true' };
}
