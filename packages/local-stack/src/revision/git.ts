import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const timeoutMs = 30_000;
const mostBytes = 64 * 1024 * 1024;

/** What git prints in the checkout at `root`. */
export async function git(root: string, args: readonly string[]): Promise<string> {
  return (await gitBytes(root, args)).toString('utf8');
}

/** The same as bytes: not all that git keeps is text. */
export async function gitBytes(root: string, args: readonly string[]): Promise<Buffer> {
  const { stdout } = await execute('git', ['-C', root, ...args], {
    timeout: timeoutMs,
    maxBuffer: mostBytes,
    encoding: 'buffer',
  });
  return stdout;
}

/** The commit of a revision, however it is called. Throws an error for people where there is none. */
export async function commitOf(root: string, revision: string): Promise<string> {
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
