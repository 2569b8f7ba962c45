import { z } from 'zod';

/** What an attacker is told, on standard input. */
export const attackOrder = z.object({
  id: z.string(),
  host: z.string(),
  port: z.number(),
  /** The Workload API at which it is a workload. */
  socket: z.string(),
  forMs: z.number(),
});
export type AttackOrder = z.infer<typeof attackOrder>;

/** What it says at the end, on standard output. */
export const tally = z.object({ attempts: z.number(), connections: z.number(), ended: z.number() });
