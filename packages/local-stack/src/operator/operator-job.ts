import type { z } from 'zod';
import type { Operator } from './operator.ts';

/** One thing that the operator asks of a running stack: what goes in, what comes out, and how it is done. */
export interface OperatorJob<Input extends z.ZodType = z.ZodType, Output extends z.ZodType = z.ZodType> {
  readonly name: string;
  readonly input: Input;
  readonly output: Output;
  run(operator: Operator, input: z.output<Input>): Promise<z.input<Output>>;
}

/** Says a job, with its types taken from its schemas. */
export function defineJob<Input extends z.ZodType, Output extends z.ZodType>(
  job: OperatorJob<Input, Output>,
): OperatorJob<Input, Output> {
  return job;
}
