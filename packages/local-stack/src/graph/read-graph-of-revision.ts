import { execFile } from 'node:child_process';
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { AccessGraph } from '@zt/access-graph';
import { extract } from 'tar';
import { messageOf } from '../error-message.ts';
import { parseGraph } from './parse-graph.ts';

const execute = promisify(execFile);
const folder = 'packages/access-graph';
const file = `${folder}/src/access-graph.ts`;
const timeoutMs = 30_000;
const mostBytes = 64 * 1024 * 1024;

const print = 'import(process.argv[1]).then(({ accessGraph }) => process.stdout.write(JSON.stringify(accessGraph)))';

/**
 * The access graph of a git revision of the checkout at `root`. Its code is taken from git into a folder that is gone
 * afterwards, and run there by itself: it can read that folder only, and can write and start nothing.
 */
export async function readGraphOfRevision(root: string, revision: string): Promise<AccessGraph> {
  const commit = await commitOf(root, revision);
  await git(root, ['cat-file', '-e', `${commit}:${file}`]).catch(() => {
    throw new Error(`the revision ${revision} has no access graph: there is no ${file} in it`);
  });
  const place = await realpath(await mkdtemp(join(tmpdir(), 'zt-graph-')));
  try {
    const archive = join(place, 'revision.tar');
    await git(root, ['archive', '--format=tar', `--output=${archive}`, commit, folder]);
    await extract({ file: archive, cwd: place, filter: (_path, entry) => !('type' in entry) || isPlain(entry.type) });
    await writeFile(join(place, 'package.json'), '{ "type": "module" }');
    return parseGraph(await run(place));
  } catch (error) {
    throw new Error(`the access graph of the revision ${revision} cannot be read: ${shortened(messageOf(error))}`, {
      cause: error,
    });
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

async function commitOf(root: string, revision: string): Promise<string> {
  try {
    const found = await git(root, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`]);
    return found.trim();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      throw new Error('git is not at hand: the graph of another revision is read from the checkout’s history');
    }
    await git(root, ['rev-parse', '--git-dir']).catch(() => {
      throw new Error('this is no git checkout: there is no other revision to compare with');
    });
    throw new Error(`there is no git revision ${revision} here`);
  }
}

async function git(root: string, args: readonly string[]): Promise<string> {
  const { stdout } = await execute('git', ['-C', root, ...args], { timeout: timeoutMs, maxBuffer: mostBytes });
  return stdout;
}

async function run(place: string): Promise<string> {
  const args = ['--permission', `--allow-fs-read=${place}`, '--eval', print, join(place, file)];
  const { stdout } = await execute(process.execPath, args, {
    cwd: place,
    env: {},
    timeout: timeoutMs,
    maxBuffer: mostBytes,
  });
  return stdout;
}

function isPlain(type: string): boolean {
  return type === 'File' || type === 'Directory';
}

/** Where a program failed, its error's message starts with the whole command. */
function shortened(message: string): string {
  const lines = message.split('\n');
  return lines.find((line) => /^\w*Error\b/.test(line.trim()))?.trim() ?? lines.slice(0, 3).join(' ').slice(0, 300);
}
