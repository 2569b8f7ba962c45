import { problem } from '@zt/kit/service';
import { ProblemError } from './problem.ts';

/** Waits for a body until the signal aborts, and then throws a problem 408; the reading itself goes on. */
export async function bodyInTime<Result>(reading: Promise<Result>, signal: AbortSignal): Promise<Result> {
  const { promise, reject } = Promise.withResolvers<never>();
  const give = (): void => reject(new ProblemError(problem(408, 'The body did not arrive in time.')));
  if (signal.aborted) give();
  signal.addEventListener('abort', give, { once: true });
  return await Promise.race([reading, promise]).finally(() => signal.removeEventListener('abort', give));
}
