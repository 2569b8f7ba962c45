import { fileURLToPath } from 'node:url';
import type { StackDescription } from '@zt/e2e/stack-description';
import type { z } from 'zod';
import { runToEnd } from '../supervisor/run-to-end.ts';
import { type OperatorInput, operatorAnswer } from './operator-input.ts';
import type { OperatorJob } from './operator-job.ts';

const script = fileURLToPath(new URL('./main.ts', import.meta.url));
const timeoutMs = 60_000;

/** What has to be known of a stack to be its operator. */
export type OperatedStack = {
  readonly workloads: Pick<StackDescription['workloads'], 'operator'>;
  readonly addresses: Pick<StackDescription['addresses'], 'identity' | 'audit' | 'vault'>;
};

/**
 * Does a job in a process of its own that gets the identity of `operator`: its SVID is what the services, Vault and the
 * ledger see. Throws an error for people where the job fails.
 */
export async function runAsOperator<Input extends z.ZodType, Output extends z.ZodType>(
  stack: OperatedStack,
  job: OperatorJob<Input, Output>,
  input: z.input<Input>,
): Promise<z.output<Output>> {
  const { identity, audit, vault } = stack.addresses;
  const { program, socket } = stack.workloads.operator;
  const told: OperatorInput = {
    workloadApi: socket,
    addresses: { identity, audit, vault },
    job: job.name,
    input,
  };
  const output = await runToEnd({
    name: `operator ${job.name}`,
    command: program,
    args: [script],
    env: { NODE_NO_WARNINGS: '1' },
    input: JSON.stringify(told),
    timeoutMs,
  });
  const answer = operatorAnswer.parse(JSON.parse(output));
  if (answer.kind === 'failed') throw new Error(answer.message);
  return job.output.parse(answer.output);
}
