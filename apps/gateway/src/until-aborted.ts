import { status } from '@grpc/grpc-js';
import { CallError } from '@zt/kit/service';

/** Waits for the work until the signal aborts, and then throws `CallError` DEADLINE_EXCEEDED; the work itself goes on. */
export async function untilAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  const { promise, reject } = Promise.withResolvers<never>();
  const give = (): void => reject(new CallError('request', status.DEADLINE_EXCEEDED, 'the time is up'));
  if (signal.aborted) give();
  signal.addEventListener('abort', give, { once: true });
  return await Promise.race([work, promise]).finally(() => signal.removeEventListener('abort', give));
}
