import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface DockerOptions {
  /** Folder in which it runs. */
  readonly directory?: string;
  /** More than this process has in its own. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Gets each line of standard output as it comes; without it the output is shown. */
  readonly onLine?: (line: string) => void;
  /** Whether complaints are for nobody. They are shown otherwise. */
  readonly isQuiet?: boolean;
  /** Ends it in order. */
  readonly signal?: AbortSignal;
}

/** Runs the `docker` command line; gives its exit code, or null where there is no such program or it was ended. */
export type RunDocker = (args: readonly string[], options?: DockerOptions) => Promise<number | null>;

export const runDocker: RunDocker = async (args, options = {}) => {
  const { directory, environment, onLine, isQuiet = false, signal } = options;
  const child = spawn('docker', args, {
    cwd: directory,
    env: { ...process.env, ...environment },
    stdio: ['ignore', onLine === undefined ? 'inherit' : 'pipe', isQuiet ? 'ignore' : 'inherit'],
    // Ctrl-C is for who runs this, and decides what is ended first.
    detached: true,
  });
  const stop = (): void => {
    child.kill('SIGTERM');
  };
  signal?.addEventListener('abort', stop);
  if (signal?.aborted) stop();
  if (child.stdout !== null && onLine !== undefined) createInterface({ input: child.stdout }).on('line', onLine);
  try {
    return await new Promise((resolve) => {
      child.once('error', () => resolve(null));
      child.once('close', resolve);
    });
  } finally {
    signal?.removeEventListener('abort', stop);
  }
};
