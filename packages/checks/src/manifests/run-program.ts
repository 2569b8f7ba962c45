import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

export interface ProgramResult {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

export interface ProgramOptions {
  readonly input?: string;
  readonly cwd?: string;
  /** Beside those of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a program to its end, with `input` as its standard input. It is ended after two minutes. */
export async function runProgram(
  path: string,
  args: readonly string[],
  { input = '', cwd, env }: ProgramOptions = {},
): Promise<ProgramResult> {
  const child = spawn(path, args, { cwd, env: { ...process.env, ...env }, timeout: 120_000 });
  const ended = new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
  // A program that does not read its input closes it; how the program ended says enough.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [code, output, errors] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { code, output, errors };
}

/** The output of a program that has nothing to say where it fails but what went wrong. Throws with its last lines then. */
export async function outputOf(...[path, args, options]: Parameters<typeof runProgram>): Promise<string> {
  const { code, output, errors } = await runProgram(path, args, options);
  if (code === 0) return output;
  throw new Error(
    `${path} ended with code ${code}:\n${`${output}\n${errors}`.trim().split('\n').slice(-10).join('\n')}`,
  );
}
