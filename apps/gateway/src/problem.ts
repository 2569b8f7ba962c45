import { status } from '@grpc/grpc-js';
import { CallError, httpStatusOf, type Problem, problem, problemOf } from '@zt/kit/service';
import { type Fault, InvalidRequest } from './invalid-request.ts';
import type { Quota } from './rate-limits.ts';

/** A failed request, with what the gateway tells of it besides. */
export interface GatewayProblem extends Problem {
  readonly errors?: readonly Fault[];
  readonly 'violated-policies'?: readonly string[];
}

/** A problem that is thrown. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: GatewayProblem;

  constructor(problem: GatewayProblem) {
    super(problem.detail);
    this.problem = problem;
  }
}

/** The problem type of draft-ietf-httpapi-ratelimit-headers, section 5. */
export function quotaExceeded({ policy, limit }: Quota): GatewayProblem {
  return {
    type: 'https://iana.org/assignments/http-problem-types#quota-exceeded',
    title: 'Request cannot be satisfied as assigned quota has been exceeded',
    status: 429,
    detail: `There may be ${limit.requests} requests per ${policy} in ${limit.seconds} seconds.`,
    'violated-policies': [policy],
  };
}

/** What of an error may be told to people's programs. */
export function gatewayProblemOf(error: unknown, decisionId?: string): GatewayProblem {
  if (error instanceof ProblemError) return { ...error.problem, ...(decisionId === undefined ? {} : { decisionId }) };
  if (error instanceof InvalidRequest) return { ...problem(400, error.message, decisionId), errors: error.faults };
  if (error instanceof CallError) return problemOfCall(error, decisionId);
  return problemOf(error, decisionId);
}

function problemOfCall({ code, details }: CallError, decisionId?: string): Problem {
  switch (code) {
    case status.INVALID_ARGUMENT:
    case status.NOT_FOUND:
    case status.ALREADY_EXISTS:
    case status.FAILED_PRECONDITION:
    case status.PERMISSION_DENIED:
      return problem(httpStatusOf(code), details, decisionId);
    case status.UNAUTHENTICATED:
      // The user was verified here: that a service further on could not do so is no reason to log in again.
      return problem(httpStatusOf(status.PERMISSION_DENIED), 'The call is not allowed.', decisionId);
    default:
      // What gRPC itself says here names addresses.
      return problem(httpStatusOf(code), ownWords(code), decisionId);
  }
}

function ownWords(code: status): string {
  switch (code) {
    case status.UNAVAILABLE:
    case status.CANCELLED:
    case status.DEADLINE_EXCEEDED:
      return 'There was no answer in time. Send the request again with the same key.';
    case status.RESOURCE_EXHAUSTED:
      return 'There is too much to do at the moment. Send the request again later.';
    default:
      return 'The service failed.';
  }
}
