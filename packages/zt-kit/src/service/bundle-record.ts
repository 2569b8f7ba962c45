import { randomUUID } from 'node:crypto';
import type { CertificateRecord, DecisionRecord } from '../audit/decision-record.ts';
import type { BundleOutcome } from '../policy-bundle/policy-in-force.ts';

/** What the ledger keeps of a policy bundle that a service took or refused: who signed it, and what decides since. */
export function recordOfBundle(
  outcome: BundleOutcome,
  service: string,
  serviceCertificate: CertificateRecord | null,
  now: Date,
): DecisionRecord {
  const { bundle, signedBy, refusal, policyRevision } = outcome;
  return {
    version: 1,
    kind: 'bundle',
    time: now.toISOString(),
    decisionId: randomUUID(),
    traceId: '',
    service,
    serviceCertificate,
    method: '',
    allowed: refusal === null,
    reasons: refusal === null ? [] : [refusal.reason],
    observed: [],
    rule: 'policy bundle',
    policyRevision,
    peer:
      signedBy === null
        ? null
        : {
            spiffeId: signedBy.spiffeId.uri,
            serialNumber: signedBy.serialNumber,
            notAfter: signedBy.notAfter.toISOString(),
          },
    token: null,
    address: '',
    userAgent: '',
    resource: bundle === null ? {} : { bundle: bundle.revision },
    policyInput: null,
    database: null,
    durationMs: null,
    detail: refusal?.message ?? '',
  };
}
