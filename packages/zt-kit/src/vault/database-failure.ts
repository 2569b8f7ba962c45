import { DatabaseError } from 'pg';
import { ZeroTrustError } from '../errors.ts';

/** The login itself was refused, before anything ran: with another one the same query may be tried again. */
export class LoginRefusedError extends ZeroTrustError {
  constructor(cause: unknown) {
    super('database_unavailable', 'the database refused the login', { cause });
  }
}

/** What an error while connecting means. */
export function connectFailure(error: unknown): ZeroTrustError {
  // Class 28: invalid authorization specification.
  if (error instanceof DatabaseError && error.code?.startsWith('28')) return new LoginRefusedError(error);
  if (error instanceof ZeroTrustError) return error;
  return new ZeroTrustError('database_unavailable', 'the database could not be reached', { cause: error });
}

/** True where the session is not to be used again: it is gone, or what it would answer next is unknown. */
export function isSessionLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (!(error instanceof DatabaseError)) return isDriverError(error);
  // 08: connection exception; 57P: ended by the operator; 25P03 and 25P04: ended for idling in, or the length of, a transaction.
  return /^(08|57P|25P03|25P04)/.test(error.code ?? '');
}

/** An error of SQL goes to the caller as it is; a lost session is `database_unavailable`. */
export function queryFailure(error: unknown): unknown {
  if (!isSessionLost(error)) return error;
  return new ZeroTrustError('database_unavailable', 'the database session was lost', { cause: error });
}

/** The driver's own errors have no class: what is left are its texts and the socket's codes. */
function isDriverError(error: Error): boolean {
  if (/^(ECONN|EPIPE|ETIMEDOUT|EHOST|ENET)/.test(String((error as NodeJS.ErrnoException).code ?? ''))) return true;
  return /^(Connection terminated|Client has encountered a connection error|Client was closed|Query read timeout)/.test(
    error.message,
  );
}
