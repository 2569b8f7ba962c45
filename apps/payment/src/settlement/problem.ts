import { STATUS_CODES } from 'node:http';
import { status } from '@grpc/grpc-js';
import { RefusedCall } from '@zt/kit/authz';
import { statusOfError } from '@zt/kit/errors';

/** The statuses that a notice is refused with. */
export type FailureStatus = 400 | 401 | 403 | 404 | 409 | 413 | 415 | 429 | 500 | 503;

/** A refused notice as RFC 9457 writes it (section 3). */
export interface Problem {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: FailureStatus;
  readonly detail: string;
  readonly decisionId?: string;
}

export function problem(httpStatus: FailureStatus, detail: string, decisionId?: string): Problem {
  const title = STATUS_CODES[httpStatus] ?? '';
  return {
    type: 'about:blank',
    title,
    status: httpStatus,
    detail,
    ...(decisionId === undefined ? {} : { decisionId }),
  };
}

/** What of an error may be told to the outside. */
export function problemOf(error: unknown, decisionId?: string): Problem {
  const { code, details } = statusOfError(error);
  return problem(httpStatusOf(code), details, error instanceof RefusedCall ? error.decisionId : decisionId);
}

function httpStatusOf(code: status): FailureStatus {
  switch (code) {
    case status.INVALID_ARGUMENT:
      return 400;
    case status.UNAUTHENTICATED:
      return 401;
    case status.PERMISSION_DENIED:
      return 403;
    case status.NOT_FOUND:
      return 404;
    case status.ALREADY_EXISTS:
    case status.FAILED_PRECONDITION:
      return 409;
    case status.RESOURCE_EXHAUSTED:
      return 429;
    case status.UNAVAILABLE:
      return 503;
    default:
      return 500;
  }
}
