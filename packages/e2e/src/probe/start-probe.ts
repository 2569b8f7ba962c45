import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { WorkloadAccess } from '../stack-description.ts';
import { type Job, type JobResult, jobResult, type ProbeInput } from './job.ts';
import { toLine } from './job-line.ts';
import { spawnProbe } from './probe-process.ts';

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
  const { asked, answers, kill, ended } = spawnProbe(access.program);
  const lines = createInterface({ input: answers })[Symbol.asyncIterator]();
  let failure: string | null = null;

  return {
    async ask(jobs) {
      const input: ProbeInput = { socket: access.socket, patienceMs, jobs: [...jobs] };
      asked.write(`${toLine(input)}\n`);
      const timer = setTimeout(() => {
        failure = `did not answer within ${timeoutMs / 1000} s`;
        // One that hangs may not listen to anything milder.
        kill();
      }, timeoutMs);
      try {
        const line = await lines.next();
        if (line.done !== true) return z.array(jobResult).length(jobs.length).parse(JSON.parse(line.value));
        failure ??= await ended;
      } finally {
        clearTimeout(timer);
      }
      throw new Error(`the probe that ran as ${name} ${failure ?? 'ended without an answer'}`);
    },
    async close() {
      asked.end();
      await ended;
    },
  };
}
