import { WorkloadServiceService } from '@zt/proto/identity';
import { z } from 'zod';
import { defineJob } from '../operator-job.ts';

const input = z.strictObject({ spiffeId: z.string().min(1) });

/** Refuses a workload as caller and as callee, at every service and at once. */
export const quarantineWorkload = defineJob({
  name: 'quarantine-workload',
  input,
  output: z.object({ quarantined: z.boolean() }),
  async run(operator, workload) {
    await operator.call('identity', WorkloadServiceService.quarantineWorkload, workload);
    return { quarantined: true };
  },
});

/** Lets the workload call and be called again. */
export const releaseWorkload = defineJob({
  name: 'release-workload',
  input,
  output: z.object({ quarantined: z.boolean() }),
  async run(operator, workload) {
    await operator.call('identity', WorkloadServiceService.releaseWorkload, workload);
    return { quarantined: false };
  },
});

/** Who is quarantined, and since when (RFC 3339). */
export const listQuarantined = defineJob({
  name: 'list-quarantined',
  input: z.strictObject({}),
  output: z.array(z.object({ spiffeId: z.string(), quarantinedAt: z.string() })),
  run: async (operator) =>
    (await operator.call('identity', WorkloadServiceService.listQuarantinedWorkloads, {})).workloads,
});
