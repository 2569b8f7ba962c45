import { text } from 'node:stream/consumers';
import { createWorkloadX509Source } from '@zt/kit/workload-api';
import { messageOf } from '../error-message.ts';
import { operatorJobs } from './jobs/index.ts';
import { createOperator } from './operator.ts';
import { type OperatorAnswer, operatorInput } from './operator-input.ts';

/**
 * Does one job as the workload `operator`: its Workload API, or the program that runs this script, says so. The job comes on
 * standard input and the answer goes to standard output, since either may hold a secret.
 */
const identityTimeoutMs = 10_000;

const answer = await run().catch(
  (error: unknown): OperatorAnswer => ({
    kind: 'failed',
    message: messageOf(error),
  }),
);
process.stdout.write(JSON.stringify(answer), () => process.exit());

async function run(): Promise<OperatorAnswer> {
  const { workloadApi, addresses, job: name, input } = operatorInput.parse(JSON.parse(await text(process.stdin)));
  const job = operatorJobs.find((candidate) => candidate.name === name);
  if (job === undefined) throw new Error(`the operator has no job ${name}`);
  const source = await createWorkloadX509Source({
    socket: workloadApi,
    log: () => {},
    startTimeoutMs: identityTimeoutMs,
  });
  try {
    return { kind: 'done', output: await job.run(createOperator(source, addresses), job.input.parse(input)) };
  } finally {
    source.close();
  }
}
