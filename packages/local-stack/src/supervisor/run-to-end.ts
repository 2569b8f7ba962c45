import { text } from 'node:stream/consumers';
import { spawnProcess } from './managed-process.ts';
import type { ProcessDescription } from './process-group.ts';

const defaultTimeoutMs = 30_000;
const errorLines = 10;

/** Runs a program to its end and gives its standard output. Throws with its last lines where it fails or takes too long. */
export async function runToEnd(
  description: ProcessDescription & { readonly input?: string; readonly timeoutMs?: number },
): Promise<string> {
  const timeoutMs = description.timeoutMs ?? defaultTimeoutMs;
  const { child, managed } = await spawnProcess(description, 'pipe');
  // A program that does not read its input closes it; how the program ended says enough.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(description.input ?? '');
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    void managed.stop(1000);
  }, timeoutMs);
  try {
    const [output, errors, exit] = await Promise.all([
      child.stdout === null ? '' : text(child.stdout),
      child.stderr === null ? '' : text(child.stderr),
      managed.exited,
    ]);
    if (exit.code === 0 && !timedOut) return output;
    const how = timedOut ? `took longer than ${timeoutMs} ms` : describeExit(exit);
    const said = `${output}\n${errors}`.trim().split('\n').slice(-errorLines).join('\n');
    throw new Error(`${description.name} ${how}${said === '' ? '' : `:\n${said}`}`);
  } finally {
    clearTimeout(timer);
  }
}

/** Such as `ended with code 1`. */
export function describeExit(exit: { readonly code: number | null; readonly signal: NodeJS.Signals | null }): string {
  return exit.signal === null ? `ended with code ${exit.code}` : `was ended by ${exit.signal}`;
}
