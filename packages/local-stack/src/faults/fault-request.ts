import { z } from 'zod';
import type { Fault, FaultAmount, FaultScope } from './fault.ts';
import { faults } from './faults.ts';

/** A fault as it is asked for over the control socket. */
export const faultRequest = z.strictObject({
  fault: z.string(),
  workload: z.string().exactOptional(),
  amount: z.number().int().exactOptional(),
  /** How long it lasts; until it is mended otherwise. */
  forSeconds: z.number().int().min(1).max(86_400).exactOptional(),
});
export type FaultRequest = z.infer<typeof faultRequest>;

export interface CheckedFault {
  readonly fault: Fault;
  readonly scope: FaultScope;
  /** Null: until it is mended, or it is over by itself. */
  readonly forSeconds: number | null;
}

/** Throws an error for people where there is no such fault, or it does not take what it was given. */
export function checkFault(request: FaultRequest): CheckedFault {
  const fault = faults.find(({ name }) => name === request.fault);
  if (fault === undefined) {
    throw new Error(`there is no fault ${request.fault}: there are ${faults.map(({ name }) => name).join(', ')}`);
  }
  const workload = request.workload ?? null;
  if (workload !== null && fault.workload === 'none') throw new Error(`${fault.name} takes no workload`);
  if (workload === null && fault.workload === 'one') throw new Error(`${fault.name} wants to know which workload`);
  if (request.forSeconds !== undefined && fault.lasting === null) {
    throw new Error(`${fault.name} is over by itself: it takes no time`);
  }
  return {
    fault,
    scope: { workload, amount: amountOf(fault, request.amount) },
    forSeconds: request.forSeconds ?? fault.lasting?.usualSeconds ?? null,
  };
}

function amountOf({ name, amount }: Fault, given: number | undefined): number {
  if (amount === null) {
    if (given !== undefined) throw new Error(`${name} takes no number`);
    return 0;
  }
  const value = given ?? amount.usual;
  if (value < amount.least || value > amount.most) throw new Error(`${name}: ${rangeOf(amount)} is wanted`);
  return value;
}

function rangeOf({ option, least, most }: FaultAmount): string {
  return `a whole number from ${least} to ${most} (${option === 'ms' ? 'milliseconds' : 'seconds'})`;
}
