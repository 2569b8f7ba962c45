import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { plainText } from '../zt-command.ts';

const prompt = /^npx -y pnpm@12 (zt|e2e) /;
const stepTimeoutMs = 120_000;

/** Where a tour's commands run. */
export interface TourPlace {
  /** The stack that runs already, in place of the one that the page starts. */
  readonly name: string;
  /** For files that the commands write. */
  readonly directory: string;
  /** The scripts behind `zt` and `e2e`. */
  readonly scripts: Readonly<Record<string, string>>;
}

/** Runs one command of a page as a reader would type it, but on the running stack, and gives all that it prints. */
export async function runStep(command: string, place: TourPlace): Promise<string> {
  const child = spawn('bash', ['-c', lineFor(command, place)], {
    cwd: place.directory,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: stepTimeoutMs,
    env: plainText(),
  });
  const [printed, complaints] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return printed + complaints;
}

function lineFor(command: string, { scripts, name }: TourPlace): string {
  const [, script = ''] = prompt.exec(command) ?? [];
  const path = scripts[script];
  if (path === undefined) return command;
  return `'${process.execPath}' '${path}' ${command.replace(prompt, '')} --name '${name}'`;
}
