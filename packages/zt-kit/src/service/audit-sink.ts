import { randomBytes } from 'node:crypto';
import type { AuditServiceService } from '@zt/proto/audit';
import type { RecordSink } from '../audit/audit-client.ts';
import type { SecureClient } from './service-definition.ts';

const timeoutMs = 10_000;

/** Hands records to the ledger as a call of the service's own, for nobody. */
export function createAuditSink(client: SecureClient<typeof AuditServiceService>): RecordSink {
  return async ({ spoolId, firstSequence, lines }, signal) => {
    const { keptThrough } = await client.recordDecisions(
      { spoolId, firstSequence, records: [...lines] },
      {
        decisionId: '',
        traceId: randomBytes(16).toString('hex'),
        peer: null,
        user: null,
        chain: [],
        deadline: new Date(Date.now() + timeoutMs),
        signal,
      },
    );
    const last = firstSequence + lines.length - 1;
    if (keptThrough < last) throw new Error(`the ledger kept records up to ${keptThrough} of ${last}`);
  };
}
