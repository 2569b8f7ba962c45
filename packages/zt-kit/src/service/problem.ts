import { STATUS_CODES } from 'node:http';
import { RefusedCall } from '../authz/decisions.ts';
import { statusOfError } from '../errors.ts';
import { type FailureStatus, httpStatusOf } from './http-status.ts';

/** A failed request as RFC 9457 writes it (section 3). */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: FailureStatus;
  readonly detail: string;
  /** What to ask the operator about; missing where nothing was decided. */
  readonly decisionId?: string;
}

export function problem(httpStatus: FailureStatus, detail: string, decisionId?: string): Problem {
  return {
    type: 'about:blank',
    title: STATUS_CODES[httpStatus] ?? '',
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
