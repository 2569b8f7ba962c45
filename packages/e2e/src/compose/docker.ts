import { execFile } from 'node:child_process';

/**
 * Runs the engine's own command line, as a person would, and gives what it says. Rejects where it fails, with what it
 * complained of last.
 */
export function docker(...args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('docker', args, { encoding: 'utf8', maxBuffer: 64 * 2 ** 20 }, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout);
      if (error.code === 'ENOENT') return reject(new Error('there is no docker command on this machine'));
      const complaint = stderr.trim().split('\n').at(-1) ?? '';
      reject(new Error(`docker ${args[0]} failed: ${complaint === '' ? `exit code ${error.code}` : complaint}`));
    });
  });
}
