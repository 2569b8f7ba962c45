import type { DecisionRecord } from '@zt/kit/audit';
import type { JobResult } from '../probe/job.ts';
import type { Workload } from '../stack-description.ts';
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
export async function evidenceOfCall(world: World, service: Workload, result: JobResult): Promise<Evidence> {
  const { decisionId } = result;
  const record =
    decisionId === null ? null : await world.ledger.find(service, (found) => found.decisionId === decisionId);
  return evidenceOf(result, service, record);
}

/** Gives the one result of a probe that had one job. */
export function only(results: readonly JobResult[]): JobResult {
  const [result] = results;
  if (result === undefined || results.length !== 1) throw new Error(`the probe gave ${results.length} results`);
  return result;
}
