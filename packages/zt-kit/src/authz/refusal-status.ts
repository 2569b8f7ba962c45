import { Metadata, type StatusObject } from '@grpc/grpc-js';
import { statusOfError } from '../errors.ts';
import { RefusedCall } from './decisions.ts';

/** The metadata key under which a caller finds the decision to ask about. */
export const decisionIdKey = 'zt-decision-id';

/** What a caller gets for an error: the short public sentence and, where a decision refused the call, its id. */
export function refusalStatus(error: unknown): StatusObject {
  const metadata = new Metadata();
  const { code, details } = statusOfError(error);
  if (!(error instanceof RefusedCall)) return { code, details, metadata };
  metadata.set(decisionIdKey, error.decisionId);
  return { code, details: `${details} Decision ${error.decisionId}.`, metadata };
}
