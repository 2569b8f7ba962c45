import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const repositoryRoot = fileURLToPath(new URL('../../..', import.meta.url));
export const commandLine = join(repositoryRoot, 'packages/local-stack/src/main.ts');

/** What is read must have no colours, which CI gets even where nobody looks. */
export const plainText = (): NodeJS.ProcessEnv => ({ ...process.env, NO_COLOR: '1' });

/** Runs a command of `zt`, as a person would; rejects where it fails. */
export async function zt(...args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [commandLine, ...args], { stdio: ['ignore', 'inherit', 'inherit'] });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`zt ${args.join(' ')} failed with exit code ${code}`);
}

/** Runs a command of `zt` and gives what it says and whether it succeeded. */
export async function askZt(...args: readonly string[]): Promise<{ readonly output: string; readonly ok: boolean }> {
  const child = spawn(process.execPath, [commandLine, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: plainText(),
  });
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  return { output, ok: code === 0 };
}

/** A command of `zt` that goes on for a while. */
export interface StartedZt {
  /** The first group of what it says in this form. Rejects where it ends without. */
  said(form: RegExp): Promise<string>;
  readonly ended: Promise<{ readonly output: string; readonly ok: boolean }>;
  /** Ends its standard input, which ends with this process otherwise. */
  letGo(): void;
}

export function startZt(...args: readonly string[]): StartedZt {
  const child = spawn(process.execPath, [commandLine, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: plainText(),
  });
  // Told by how it ends.
  child.stdin.on('error', () => {});
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    output += piece;
  });
  const ended = once(child, 'close').then(([code]) => ({ output, ok: code === 0 }));
  return {
    ended,
    letGo: () => void child.stdin.end(),
    async said(form) {
      while (!form.test(output)) {
        const next = await Promise.race([once(child.stdout, 'data').then(() => 'more'), ended.then(() => 'ended')]);
        if (next === 'ended' && !form.test(output)) throw new Error(`zt ${args.join(' ')} said only ${output}`);
      }
      return form.exec(output)?.[1] ?? '';
    },
  };
}
