import { z } from 'zod';

/** What is wrong with the network at the moment, for whoever tries how its merchants bear it. */
export const fault = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  /** Each answer comes this much later. */
  z.strictObject({ kind: z.literal('slow'), ms: z.number().int().min(1).max(60_000) }),
  /** 500, and nothing is done. */
  z.strictObject({ kind: z.literal('error') }),
  /** What is asked for is done, and the answer is none. */
  z.strictObject({ kind: z.literal('wrong body') }),
  /** What is asked for is done, and the connection ends without an answer. */
  z.strictObject({ kind: z.literal('lost answer') }),
  /** Nothing is done, and no answer comes. */
  z.strictObject({ kind: z.literal('hang') }),
]);
export type Fault = z.infer<typeof fault>;

/** The fault in force: gone when the process is. */
export interface Faults {
  current(): Fault;
  set(fault: Fault): void;
}

export function createFaults(): Faults {
  let now: Fault = { kind: 'none' };
  return {
    current: () => now,
    set(fault) {
      now = fault;
    },
  };
}
