import { randomUUID } from 'node:crypto';
import type { CertificateRecord, DatabaseRecord, DecisionRecord } from '../audit/decision-record.ts';
import type { VerifiedToken } from '../delegation/verify-token.ts';
import type { Reason } from '../errors.ts';
import type { HandshakeRefusal } from '../mtls/mtls-listener.ts';
import type { PolicyDecision, PolicyInput } from './authorizer.ts';
import type { CallFacts } from './call-facts.ts';
import { recordedInputOf } from './recorded-input.ts';

interface Circumstances {
  readonly time: Date;
  /** SPIFFE ID. */
  readonly service: string;
  readonly serviceCertificate: CertificateRecord | null;
  readonly policyRevision: string;
}

export interface DecidedCall extends Circumstances {
  readonly decisionId: string;
  readonly traceId: string;
  readonly facts: CallFacts;
  readonly token: VerifiedToken | null;
  readonly allowed: boolean;
  readonly reasons: readonly Reason[];
  readonly policy: PolicyDecision;
  /** What policy decided on; null where it was something else that refused. */
  readonly input: PolicyInput | null;
  readonly database: DatabaseRecord | null;
  readonly detail: string;
}

/** What the ledger keeps of a call: of its token only what it says, never the token. */
export function recordOfCall(call: DecidedCall): DecisionRecord {
  const { facts, token, policy } = call;
  return {
    version: 1,
    kind: 'call',
    time: call.time.toISOString(),
    decisionId: call.decisionId,
    traceId: call.traceId,
    service: call.service,
    serviceCertificate: call.serviceCertificate,
    method: facts.method,
    allowed: call.allowed,
    reasons: call.reasons,
    observed: policy.observed,
    rule: policy.rule,
    policyRevision: call.policyRevision,
    peer:
      facts.peer === null
        ? null
        : {
            spiffeId: facts.peer.spiffeId.uri,
            serialNumber: facts.peer.serialNumber,
            notAfter: facts.peer.notAfter.toISOString(),
          },
    token:
      token === null
        ? null
        : {
            id: token.id,
            subject: token.subject,
            audience: token.audience,
            chain: token.chain,
            scopes: token.scopes,
            expiresAt: token.expiresAt.toISOString(),
          },
    address: facts.address,
    userAgent: facts.userAgent,
    resource: facts.resource,
    policyInput: call.input === null ? null : recordedInputOf(call.input),
    database: call.database,
    durationMs: facts.arrivedAtMs === undefined ? null : toHundredths(performance.now() - facts.arrivedAtMs),
    detail: call.detail,
  };
}

export interface RefusedHandshake extends Circumstances {
  readonly refusal: HandshakeRefusal;
  /** How many handshakes were refused before this one and got no record of their own. */
  readonly suppressed: number;
}

/** What the ledger keeps of a handshake that was refused: who the peer claimed to be, verified or not. */
export function recordOfHandshake({ refusal, suppressed, ...circumstances }: RefusedHandshake): DecisionRecord {
  const { claimed } = refusal;
  return {
    version: 1,
    kind: 'handshake',
    time: circumstances.time.toISOString(),
    decisionId: randomUUID(),
    traceId: '',
    service: circumstances.service,
    serviceCertificate: circumstances.serviceCertificate,
    method: '',
    allowed: false,
    reasons: [refusal.reason],
    observed: [],
    rule: 'handshake',
    policyRevision: circumstances.policyRevision,
    peer: claimed === null ? null : { ...claimed, notAfter: claimed.notAfter.toISOString() },
    token: null,
    address: refusal.remote,
    userAgent: '',
    resource: {},
    policyInput: null,
    database: null,
    durationMs: refusal.durationMs === null ? null : toHundredths(refusal.durationMs),
    detail: suppressed === 0 ? refusal.detail : `${refusal.detail}; suppressed before this one: ${suppressed}`,
  };
}

function toHundredths(milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100;
}
