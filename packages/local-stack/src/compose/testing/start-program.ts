import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A long-running program of a container, as a process of this machine. */
export interface StartedProgram {
  /** The events that it has logged so far. */
  readonly events: readonly string[];
  /** Ends it as an engine does; gives its exit code. */
  stop(): Promise<number | null>;
}

export function startProgram(script: string, env: Readonly<Record<string, string>>): StartedProgram {
  const child: ChildProcess = spawn(process.execPath, [script], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const events: string[] = [];
  if (child.stdout === null) throw new TypeError('the program has no output');
  createInterface(child.stdout).on('line', (line) => events.push(JSON.parse(line).event));
  return {
    events,
    async stop() {
      child.kill('SIGTERM');
      const [code] = await exited;
      return code;
    },
  };
}

/** Runs a health program; gives its exit code. */
export async function healthOf(script: string, env: Readonly<Record<string, string>>): Promise<number | null> {
  const child = spawn(process.execPath, [script], { env, stdio: 'ignore' });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}
