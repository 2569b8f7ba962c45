import { randomBytes } from 'node:crypto';
import { status } from '@grpc/grpc-js';
import type { AuditServiceService, RecordDecisionsRequest } from '@zt/proto/audit';
import type { RecordSink } from '../audit/audit-client.ts';
import { ZeroTrustError } from '../errors.ts';
import { CallError } from './secure-client.ts';
import type { SecureClient } from './service-definition.ts';

const timeoutMs = 10_000;

/** Hands records to the ledger as a call of the service's own, for nobody. */
export function createAuditSink(client: SecureClient<typeof AuditServiceService>): RecordSink {
  const ask = (request: RecordDecisionsRequest, signal: AbortSignal) =>
    client.recordDecisions(request, {
      decisionId: '',
      traceId: randomBytes(16).toString('hex'),
      peer: null,
      user: null,
      chain: [],
      deadline: new Date(Date.now() + timeoutMs),
      signal,
    });
  return {
    async keep({ spoolId, firstSequence, lines, earlierAreGone }, signal) {
      const request = { spoolId, firstSequence, records: [...lines], earlierAreGone };
      const { keptThrough } = await ask(request, signal).catch((cause: unknown) => {
        throw isRefusal(cause)
          ? new ZeroTrustError('record_chain_broken', 'the ledger refuses the records', { cause })
          : cause;
      });
      const last = firstSequence + lines.length - 1;
      if (keptThrough < last) throw new Error(`the ledger kept records up to ${keptThrough} of ${last}`);
    },
    async end(spoolId, signal) {
      const request = { spoolId, firstSequence: 0, records: [], earlierAreGone: false };
      const { keptThrough, keptHash } = await ask(request, signal);
      return keptThrough === 0 ? null : { sequence: keptThrough, hash: keptHash };
    },
  };
}

/** The caller is not told which check refused. */
function isRefusal(error: unknown): boolean {
  return error instanceof CallError && error.code === status.PERMISSION_DENIED;
}
