import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { WorkloadAccess } from '../stack-description.ts';
import { type Job, type JobResult, jobResult, type ProbeInput } from './job.ts';

const script = new URL('./main.ts', import.meta.url).pathname;
const longestMessage = 2_000;

export interface ProbeOptions {
  /** Whom the process runs as, for errors. */
  readonly name: string;
  readonly access: WorkloadAccess;
  /** How long it may take to get an SVID. */
  readonly patienceMs: number;
  readonly timeoutMs: number;
}

/** A process of its own that does jobs with the identity that it gets. */
export interface Probe {
  /**
   * One result for each job; one call after the other. Throws an error that names the workload where the process fails, or
   * does not answer in time: it has ended then.
   */
  ask(jobs: readonly Job[]): Promise<JobResult[]>;
  /** Settles when the process has ended. */
  close(): Promise<void>;
}

export function startProbe({ name, access, patienceMs, timeoutMs }: ProbeOptions): Probe {
  const child = spawn(access.program, [script], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, NODE_NO_WARNINGS: '1' },
  });
  let complaints = '';
  let failure: string | null = null;
  // Told by how it ends: one that ends early does not read what it is asked.
  child.stdin.on('error', () => {});
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    complaints = `${complaints}${piece}`.slice(-longestMessage);
  });
  child.on('error', () => {
    failure ??= 'could not be started';
  });
  const closed = new Promise((resolve) => child.once('close', resolve));
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();

  return {
    async ask(jobs) {
      const input: ProbeInput = { socket: access.socket, patienceMs, jobs: [...jobs] };
      child.stdin.write(`${JSON.stringify(input)}\n`);
      const timer = setTimeout(() => {
        failure = `did not answer within ${timeoutMs / 1000} s`;
        // A process that hangs may not listen to anything milder.
        child.kill('SIGKILL');
      }, timeoutMs);
      try {
        const answer = await answers.next();
        if (answer.done === true) await closed;
        else return z.array(jobResult).length(jobs.length).parse(JSON.parse(answer.value));
      } finally {
        clearTimeout(timer);
      }
      throw new Error(`the probe that ran as ${name} ${failure ?? `failed: ${complaints}`}`);
    },
    async close() {
      child.stdin.end();
      await closed;
    },
  };
}
