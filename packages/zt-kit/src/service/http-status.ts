import { status } from '@grpc/grpc-js';

/** The HTTP statuses that a service answers with where a request fails. */
export type FailureStatus = 400 | 401 | 403 | 404 | 405 | 408 | 409 | 413 | 414 | 415 | 429 | 500 | 503 | 504;

/** The only map from a gRPC status to an HTTP status. */
export function httpStatusOf(code: status): FailureStatus {
  switch (code) {
    case status.INVALID_ARGUMENT:
    case status.OUT_OF_RANGE:
      return 400;
    case status.UNAUTHENTICATED:
      return 401;
    case status.PERMISSION_DENIED:
      return 403;
    case status.NOT_FOUND:
      return 404;
    case status.ALREADY_EXISTS:
    case status.ABORTED:
    case status.FAILED_PRECONDITION:
      return 409;
    case status.RESOURCE_EXHAUSTED:
      return 429;
    case status.UNAVAILABLE:
    case status.CANCELLED:
      return 503;
    case status.DEADLINE_EXCEEDED:
      return 504;
    case status.OK:
    case status.UNKNOWN:
    case status.UNIMPLEMENTED:
    case status.INTERNAL:
    case status.DATA_LOSS:
      return 500;
  }
}
