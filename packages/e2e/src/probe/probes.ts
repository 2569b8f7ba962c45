import type { Caller } from '../caller.ts';
import type { StackDescription } from '../stack-description.ts';
import type { Job, JobResult } from './job.ts';
import { type Probe, startProbe } from './start-probe.ts';

const timeoutMs = 60_000;
/** A registered process gets its SVID within a second or two; one that nobody registered is refused at once, each time it asks. */
const registrationMs = 10_000;
const refusalMs = 1_500;

/** Processes that act as workloads, as if those had been taken over. */
export interface Probes {
  /**
   * Runs jobs in a process that gets the workload's identity; or, for `nobody`, in one that nobody registered. One result
   * for each job. Throws an error that names the workload where the process fails.
   */
  run(workload: Caller | 'nobody', jobs: readonly Job[]): Promise<JobResult[]>;
  close(): Promise<void>;
}

export interface ProbesOptions {
  /** Whether a process goes on to the next calls: quicker by far, but it stays in memory until `close`. */
  readonly areKept: boolean;
}

export function createProbes(
  stack: Pick<StackDescription, 'workloads' | 'stranger'>,
  { areKept }: ProbesOptions,
): Probes {
  const kept = new Map<Caller, Probe>();
  const latest = new Map<Caller, Promise<unknown>>();

  async function runOnce(workload: Caller | 'nobody', jobs: readonly Job[]): Promise<JobResult[]> {
    const probe = start(stack, workload);
    try {
      return await probe.ask(jobs);
    } finally {
      await probe.close();
    }
  }

  async function runKept(workload: Caller, jobs: readonly Job[]): Promise<JobResult[]> {
    const probe = kept.get(workload) ?? start(stack, workload);
    kept.set(workload, probe);
    try {
      return await probe.ask(jobs);
    } catch (error) {
      kept.delete(workload);
      await probe.close();
      throw error;
    }
  }

  return {
    async run(workload, jobs) {
      // What logs in somewhere is let go with its process.
      const canStay = jobs.every(({ kind }) => kind === 'call' || kind === 'https' || kind === 'exchange');
      if (!areKept || workload === 'nobody' || !canStay) return await runOnce(workload, jobs);
      const running = (latest.get(workload) ?? Promise.resolve()).then(() => runKept(workload, jobs));
      latest.set(
        workload,
        running.catch(() => {}),
      );
      return await running;
    },
    async close() {
      await Promise.all([...kept.values()].map((probe) => probe.close()));
      kept.clear();
    },
  };
}

function start(stack: Pick<StackDescription, 'workloads' | 'stranger'>, workload: Caller | 'nobody'): Probe {
  return startProbe({
    name: workload,
    access: workload === 'nobody' ? stack.stranger : stack.workloads[workload],
    patienceMs: workload === 'nobody' ? refusalMs : registrationMs,
    timeoutMs,
  });
}
