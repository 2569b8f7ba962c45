import { z } from 'zod';
import { askZt } from '../native-stack.ts';

/** A process of a running stack. */
export interface StackProcess {
  readonly name: string;
  /** Null while it is down. */
  readonly pid: number | null;
  readonly running: boolean;
}

const status = z.object({
  processes: z.array(z.object({ name: z.string(), state: z.string(), pid: z.number().nullable() })),
});

/** The processes as the stack's supervisor has them. Throws where the stack doesn't run. */
export async function stackProcesses(stackName: string): Promise<StackProcess[]> {
  const { output, ok } = await askZt('status', '--json', '--name', stackName);
  if (!ok) throw new Error(`the stack ${stackName} does not say how it is`);
  return status.parse(JSON.parse(output)).processes.map(({ name, state, pid }) => ({
    name,
    pid,
    running: state === 'running' && pid !== null,
  }));
}
