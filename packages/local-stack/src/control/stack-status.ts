import { z } from 'zod';
import { faultInForce } from '../faults/faults-in-force.ts';

/** What a running stack tells of itself. */
export const stackStatus = z.object({
  name: z.string(),
  phase: z.enum(['starting', 'running', 'stopping']),
  startedAt: z.iso.datetime(),
  gatewayUrl: z.string(),
  issuerUrl: z.string(),
  /** Those that last and were not mended yet. */
  faults: z.array(faultInForce).exactOptional(),
  processes: z.array(
    z.object({
      name: z.string(),
      state: z.enum(['running', 'restarting', 'ended']),
      pid: z.number().nullable(),
      ports: z.array(z.number()),
      restarts: z.number(),
      svids: z.array(z.object({ spiffeId: z.string(), notAfter: z.iso.datetime() })),
      /** Where the engine that runs it tells; when it started and ended last are known then too, RFC 3339. */
      health: z.enum(['starting', 'healthy', 'unhealthy']).exactOptional(),
      startedAt: z.iso.datetime().exactOptional(),
      endedAt: z.iso.datetime().exactOptional(),
    }),
  ),
});
export type StackStatus = z.infer<typeof stackStatus>;
export type ProcessStatus = StackStatus['processes'][number];
