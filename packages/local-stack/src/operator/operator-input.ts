import { z } from 'zod';

/** What the operator's process is told on standard input: where the stack is, and the job. It may hold a secret. */
export const operatorInput = z.object({
  /** `unix:///…` */
  workloadApi: z.string(),
  addresses: z.object({ identity: z.string(), audit: z.string(), vault: z.string() }),
  job: z.string(),
  input: z.unknown(),
});
export type OperatorInput = z.infer<typeof operatorInput>;

/** What it answers on standard output. */
export const operatorAnswer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('done'), output: z.unknown() }),
  z.object({ kind: z.literal('failed'), message: z.string() }),
]);
export type OperatorAnswer = z.infer<typeof operatorAnswer>;
