import { status } from '@grpc/grpc-js';
import { BusinessError, type Refusal, ZeroTrustError } from '../errors.ts';
import { CallError } from './secure-client.ts';

/**
 * Throws what this service's own caller is to get where another service did not answer with a message: the other's
 * refusal with its sentence; `unavailable` where nobody knows how the call ended. That a control of the other said no is
 * recorded here too, and which one it was stays in the ledger. Meant for `client.method(request, context).catch(passOn)`.
 */
export function passOn(error: unknown): never {
  throw error instanceof CallError ? ownErrorOf(error) : error;
}

function ownErrorOf(error: CallError): Error {
  const refusal = refusalOf(error.code);
  switch (refusal) {
    case 'not allowed':
      return new ZeroTrustError('caller_not_allowed', 'a service further on did not allow the call', { cause: error });
    case 'failed':
      return new Error('a service further on failed', { cause: error });
    case 'unavailable':
      return new BusinessError('unavailable', 'A service that is needed for this gave no answer.', { cause: error });
    default:
      return new BusinessError(refusal, error.details, { cause: error });
  }
}

function refusalOf(code: status): Refusal | 'not allowed' | 'failed' {
  switch (code) {
    case status.INVALID_ARGUMENT:
    case status.OUT_OF_RANGE:
      return 'invalid';
    case status.NOT_FOUND:
      return 'not_found';
    case status.ALREADY_EXISTS:
    case status.ABORTED:
      return 'conflict';
    case status.FAILED_PRECONDITION:
      return 'not_possible';
    case status.RESOURCE_EXHAUSTED:
      return 'exhausted';
    case status.UNAVAILABLE:
    case status.DEADLINE_EXCEEDED:
    case status.CANCELLED:
      return 'unavailable';
    case status.PERMISSION_DENIED:
    case status.UNAUTHENTICATED:
      return 'not allowed';
    case status.OK:
    case status.UNKNOWN:
    case status.UNIMPLEMENTED:
    case status.INTERNAL:
    case status.DATA_LOSS:
      return 'failed';
  }
}
