import type { ServiceName } from '@zt/access-graph';
import type { DecisionRecord } from '@zt/kit/audit';
import type { JobResult } from '../probe/job.ts';
import type { Evidence } from './attempt.ts';
import type { World } from './world.ts';

/** What a record proves of a call that was answered like this. */
export function evidenceOf(
  answer: { readonly code: string; readonly message: string },
  service: string,
  record: DecisionRecord | null,
): Evidence {
  return {
    code: answer.code,
    message: answer.message,
    reasons: record?.reasons ?? [],
    recordedBy: record === null ? null : `${service}, decision ${record.decisionId}`,
  };
}

/** Reads back the decision that a probe's call was answered with. */
export async function evidenceOfCall(world: World, service: ServiceName, result: JobResult): Promise<Evidence> {
  const { decisionId } = result;
  const record =
    decisionId === null ? null : await world.ledger.find(service, (found) => found.decisionId === decisionId);
  await assertHandlerDidNotRun(world, record);
  return evidenceOf(result, service, record);
}

/**
 * Throws where the refused call's handler ran all the same: a control that refuses inside a handler leaves the record of
 * the call that was allowed before it.
 */
export async function assertHandlerDidNotRun(world: World, refused: DecisionRecord | null): Promise<void> {
  if (refused === null) return;
  const ran = (await world.ledger.trace(refused.traceId)).find(
    ({ allowed, service, method }) => allowed && service === refused.service && method === refused.method,
  );
  if (ran !== undefined) throw new Error(`the handler ran, by decision ${ran.decisionId}`);
}

/** Gives the one result of a probe that had one job. */
export function only(results: readonly JobResult[]): JobResult {
  const [result] = results;
  if (result === undefined || results.length !== 1) throw new Error(`the probe gave ${results.length} results`);
  return result;
}
