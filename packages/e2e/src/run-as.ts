import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Caller } from './caller.ts';
import { type Job, type JobResult, jobResult, type ProbeInput } from './probe/job.ts';
import type { StackDescription, WorkloadAccess } from './stack-description.ts';

const probe = fileURLToPath(new URL('./probe/main.ts', import.meta.url));
/** A registered process gets its SVID within a second or two; one that nobody registered is refused at once, each time it asks. */
const registrationMs = 10_000;
const refusalMs = 1_500;

/**
 * Runs jobs in a process of their own that gets the workload's identity, as if that workload had been taken over; or, for
 * `nobody`, in one that nobody registered. One result for each job. Throws an error that names the workload where the
 * process does not answer in time.
 */
export async function runAs(
  stack: Pick<StackDescription, 'workloads' | 'stranger'>,
  workload: Caller | 'nobody',
  jobs: readonly Job[],
  timeoutMs = 60_000,
): Promise<JobResult[]> {
  const { program, socket } = accessOf(stack, workload);
  const child = spawn(program, [probe], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, NODE_NO_WARNINGS: '1' },
    timeout: timeoutMs,
    // A process that hangs may not listen to anything milder.
    killSignal: 'SIGKILL',
  });
  // Told by how it ends: one that ends early does not read what it is asked.
  child.stdin.on('error', () => {});
  const patienceMs = workload === 'nobody' ? refusalMs : registrationMs;
  const input: ProbeInput = { socket, patienceMs, jobs: [...jobs] };
  child.stdin.end(JSON.stringify(input));
  const [output, trouble, [, signal]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]).catch((cause: unknown) => {
    throw new Error(`the probe that was to run as ${workload} could not be started`, { cause });
  });
  if (signal === 'SIGKILL')
    throw new Error(`the probe that ran as ${workload} did not answer within ${timeoutMs / 1000} s`);
  try {
    return z.array(jobResult).length(jobs.length).parse(JSON.parse(output));
  } catch (cause) {
    throw new Error(`the probe that ran as ${workload} failed: ${trouble.slice(-2000)}`, { cause });
  }
}

function accessOf(
  stack: Pick<StackDescription, 'workloads' | 'stranger'>,
  workload: Caller | 'nobody',
): WorkloadAccess {
  return workload === 'nobody' ? stack.stranger : stack.workloads[workload];
}
