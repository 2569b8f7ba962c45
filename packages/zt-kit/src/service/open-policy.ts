import { join } from 'node:path';
import type { AuditSpool } from '../audit/audit-spool.ts';
import type { OpaAuthorizerOptions } from '../authz/opa-authorizer.ts';
import type { X509Source } from '../identity/x509-source.ts';
import { type BundleOutcome, createPolicyInForce, type PolicyInForce } from '../policy-bundle/policy-in-force.ts';
import { recordOfBundle } from './bundle-record.ts';
import type { Log } from './log.ts';
import { workloadId } from './workload-id.ts';

export interface OpenPolicyOptions {
  readonly policy: OpaAuthorizerOptions;
  readonly source: X509Source;
  /** The service's own folder. */
  readonly directory: string;
  readonly spool: AuditSpool;
  readonly log: Log;
}

/** The policy that decides in a service; what becomes of each bundle is on record, and in the log. */
export async function openPolicy(options: OpenPolicyOptions): Promise<PolicyInForce> {
  const { policy, source, directory, spool, log } = options;
  const { spiffeId: own } = source.current().svid;

  async function onOutcome(outcome: BundleOutcome): Promise<void> {
    const { bundle, refusal, policyRevision } = outcome;
    const told = { bundle: bundle?.revision ?? null, policyRevision };
    if (refusal === null) log.info('policy_bundle_taken', told);
    else log.warn('policy_bundle_refused', { ...told, reason: refusal.reason, detail: refusal.message });
    const { serialNumber, notAfter } = source.current().svid;
    const record = recordOfBundle(outcome, own.uri, { serialNumber, notAfter: notAfter.toISOString() }, new Date());
    await spool.append(record, 'written');
  }

  return await createPolicyInForce({
    policy,
    source,
    signer: workloadId(own, 'operator'),
    file: join(directory, 'policy-bundle.json'),
    onOutcome: (outcome) =>
      onOutcome(outcome).catch((error: unknown) => log.error('record_lost', { error: String(error) })),
  });
}
