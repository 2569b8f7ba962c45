import { z } from 'zod';

/** For how many requests; for all, where it is not said. */
const times = z.number().int().min(1).optional();

/** What is wrong with the network at the moment, for whoever tries how its merchants bear it. */
export const fault = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  /** Each answer comes this much later. */
  z.strictObject({ kind: z.literal('slow'), ms: z.number().int().min(1).max(60_000), times }),
  /** 500, and nothing is done. */
  z.strictObject({ kind: z.literal('error'), times }),
  /** What is asked for is done, and the answer is none. */
  z.strictObject({ kind: z.literal('wrong body'), times }),
  /** What is asked for is done, and the connection ends without an answer. */
  z.strictObject({ kind: z.literal('lost answer'), times }),
  /** Nothing is done, and no answer comes. */
  z.strictObject({ kind: z.literal('hang'), times }),
]);
export type Fault = z.infer<typeof fault>;

/** The fault in force: gone when the process is. */
export interface Faults {
  /** What happens to the request at hand. */
  next(): Fault;
  set(fault: Fault): void;
}

export function createFaults(): Faults {
  let inForce: Fault = { kind: 'none' };
  let left = Number.POSITIVE_INFINITY;
  return {
    next() {
      const fault = inForce;
      left -= 1;
      if (left <= 0) inForce = { kind: 'none' };
      return fault;
    },
    set(fault) {
      inForce = fault;
      left = 'times' in fault && fault.times !== undefined ? fault.times : Number.POSITIVE_INFINITY;
    },
  };
}
