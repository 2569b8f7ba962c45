import { parsePolicyBundle, signPolicyBundle } from '@zt/kit/policy-bundle';
import { AuditServiceService } from '@zt/proto/audit';
import { z } from 'zod';
import { defineJob } from '../operator-job.ts';

/** Signs what rules observe with the operator's own SVID, and publishes it: services take it within seconds. */
export const publishPolicy = defineJob({
  name: 'publish-policy',
  input: z.strictObject({
    /** Greater than that of every bundle before. */
    revision: z.int().min(1),
    /** By full name of the method. */
    rules: z.record(z.string(), z.strictObject({ observe: z.array(z.string()).readonly() })).readonly(),
  }),
  output: z.object({ revision: z.number() }),
  async run(operator, { revision, rules }) {
    const bundle = parsePolicyBundle({ version: 1, revision, time: new Date().toISOString(), rules });
    const statement = await signPolicyBundle(bundle, operator.source.current().svid);
    return await operator.call('audit', AuditServiceService.publishPolicyBundle, { statement });
  },
});
