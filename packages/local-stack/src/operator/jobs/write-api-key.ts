import { z } from 'zod';
import { defineJob } from '../operator-job.ts';

/** Writes the next version of a third party's API key. The operator can write it, and never read it. */
export const writeApiKey = defineJob({
  name: 'write-api-key',
  input: z.strictObject({
    /** Below the mount `kv`, such as `payment/card-network`. */
    path: z.string().regex(/^[a-z-]+\/[a-z-]+$/),
    key: z.string().min(1),
  }),
  output: z.object({ version: z.number() }),
  run: (operator, { path, key }) =>
    operator.withVault(async ({ client, token }) => {
      const { data } = await client.write(`kv/data/${path}`, { data: { key } }, token);
      return { version: Number(data?.version) };
    }),
});
