import type { ServiceError } from '@grpc/grpc-js';
import type { DecisionRecord } from '../audit/decision-record.ts';
import type { ServedEcho } from './echo-server.ts';

/** All that there is of a call that was refused. */
export interface RefusedEcho {
  /** What the caller got. */
  readonly error: ServiceError;
  /** What the caller is told, without the decision's id, which is another each time. */
  readonly told: string;
  /** Of the decision that the caller is told of; undefined where it is told of none, or none was kept. */
  readonly record: DecisionRecord | undefined;
  /** Whether its handler ran. */
  readonly hasRun: boolean;
}

/** Makes a call that has to be refused. Rejects where it went through. */
export async function refusedCall(echo: ServedEcho, call: () => Promise<unknown>): Promise<RefusedEcho> {
  const runsBefore = echo.runs();
  const error = await call().then(
    () => null,
    (refusal: unknown) => refusal as ServiceError,
  );
  if (error === null) throw new Error('the call went through');
  const decisionId = String(error.metadata.get('zt-decision-id')[0]);
  const record = (await echo.records()).find((candidate) => candidate.decisionId === decisionId);
  return { error, told: error.details.replace(decisionId, '…'), record, hasRun: echo.runs() !== runsBefore };
}
