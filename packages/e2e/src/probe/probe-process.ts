import { spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

const script = new URL('./main.ts', import.meta.url).pathname;
const longestComplaint = 2_000;

/** A process that reads jobs, a line for each time that it is asked, and writes as many lines of results. */
export interface ProbeProcess {
  readonly asked: Writable;
  readonly answers: Readable;
  /** Ends it at once, whatever it is at. */
  kill(): void;
  /** Settles when it has ended; with what there is to say about it where it was not in order. */
  readonly ended: Promise<string | null>;
}

/** Runs a probe under this node program. */
export function spawnProbe(program: string): ProbeProcess {
  const child = spawn(program, [script], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, NODE_NO_WARNINGS: '1' },
  });
  let complaints = '';
  let couldStart = true;
  // Told by how it ends: one that ends early does not read what it is asked.
  child.stdin.on('error', () => {});
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    complaints = `${complaints}${piece}`.slice(-longestComplaint);
  });
  child.on('error', () => {
    couldStart = false;
  });
  const ended = new Promise<string | null>((resolve) => {
    child.once('close', (code) => {
      if (!couldStart) resolve('could not be started');
      else resolve(code === 0 ? null : `failed: ${complaints}`);
    });
  });
  return { asked: child.stdin, answers: child.stdout, kill: () => child.kill('SIGKILL'), ended };
}
