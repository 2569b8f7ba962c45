import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const timeoutMs = 30_000;
const mostBytes = 64 * 1024 * 1024;

/**
 * What code prints whose `process.argv[1]` is `place`. It can read the folder `readable` only, can write and start nothing,
 * and knows nothing of this process's environment.
 */
export async function runAlone(code: string, place: string, readable: string): Promise<string> {
  const args = ['--permission', `--allow-fs-read=${readable}`, '--eval', code, place];
  const { stdout } = await execute(process.execPath, args, {
    cwd: place,
    env: {},
    timeout: timeoutMs,
    maxBuffer: mostBytes,
  });
  return stdout;
}
