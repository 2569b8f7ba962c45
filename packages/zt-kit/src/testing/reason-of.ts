import { type Reason, ZeroTrustError } from '../errors.ts';

/** Why a control refused. Rejects with what came instead: another error, or one that says that nothing was refused. */
export async function reasonOf(controlled: Promise<unknown>): Promise<Reason> {
  const error: unknown = await controlled.then(
    () => new Error('nothing was refused'),
    (thrown: unknown) => thrown,
  );
  if (error instanceof ZeroTrustError) return error.reason;
  throw error;
}
