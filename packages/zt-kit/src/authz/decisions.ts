import { randomUUID } from 'node:crypto';
import type { AuditSpool } from '../audit/audit-spool.ts';
import type { CertificateRecord, DatabaseRecord, DecisionRecord } from '../audit/decision-record.ts';
import type { SessionWatch } from '../delegation/session-watch.ts';
import type { TokenVerifier, VerifiedToken } from '../delegation/verify-token.ts';
import { type Reason, ZeroTrustError } from '../errors.ts';
import type { X509Source } from '../identity/x509-source.ts';
import type { HandshakeRefusal } from '../mtls/mtls-listener.ts';
import type { PeerIdentity } from '../mtls/peer-verification.ts';
import type { Authorizer, PolicyInput } from './authorizer.ts';
import { bindSubjectToken, type CallContext } from './call-context.ts';
import { boundedFacts, type CallFacts } from './call-facts.ts';
import { type DecidedCall, recordOfCall, recordOfHandshake } from './decision-entry.ts';
import { traceIdOf } from './trace-context.ts';

/** A call that was refused, after it was recorded. */
export class RefusedCall extends ZeroTrustError {
  readonly decisionId: string;
  readonly reasons: readonly Reason[];

  constructor(decisionId: string, reasons: readonly [Reason, ...Reason[]], detail: string) {
    super(reasons[0], detail);
    this.decisionId = decisionId;
    this.reasons = reasons;
  }
}

/** Decides calls, and keeps a record of each decision before it takes effect. */
export interface Decisions {
  /** Gives the context that the handler may see, or throws a `RefusedCall`. */
  decide(facts: CallFacts): Promise<CallContext>;
  /**
   * Keeps a record of what a control inside an allowed call's handler refused, such as a token exchange along an edge
   * that isn't there, and gives the refusal to answer with.
   */
  refuse(context: CallContext, error: ZeroTrustError): Promise<RefusedCall>;
  /** Keeps a record of a handshake that was refused. */
  recordHandshake(refusal: HandshakeRefusal): Promise<void>;
}

export interface DecisionsOptions {
  readonly source: X509Source;
  /** SPIFFE ID of the service that decides. */
  readonly service: string;
  readonly authorizer: Authorizer;
  readonly tokens: TokenVerifier;
  /** Of the notices of third parties, by the name under which a rule lets them call. */
  readonly thirdParties?: Readonly<Record<string, TokenVerifier>>;
  /** Which users' sessions have ended, and who is blocked; left out where nobody calls for users. */
  readonly sessions?: SessionWatch;
  readonly spool: AuditSpool;
  /** The database login in force, for the record; null where there is none. */
  readonly database: () => DatabaseRecord | null;
  /** Told of each record that the spool could not keep, so that the operator hears of it. */
  readonly onRecordLost?: (record: DecisionRecord) => void;
  readonly now?: () => Date;
}

/** These are named before all others, in this order: the first one gives the status. */
const order: readonly Reason[] = ['peer_certificate_expired', 'caller_not_allowed'];

/** The one place where a call is decided: peer, token, policy, record (in this order), then the handler. */
export function createDecisions(options: DecisionsOptions): Decisions {
  const { authorizer, tokens, spool, source, service } = options;
  const now = options.now ?? (() => new Date());
  const allowedCalls = new WeakMap<CallContext, DecidedCall>();

  async function decide(given: CallFacts): Promise<CallContext> {
    const facts = boundedFacts(given);
    const time = now();
    const decisionId = randomUUID();
    const traceId = traceIdOf(facts.traceparent);
    const rule = authorizer.ruleFor(facts.method);
    const needsToken = rule?.onBehalfOf === 'user';
    const peerReason = reasonOfPeer(facts.peer, time);
    const verification = needsToken ? await verify(facts, time) : { token: null, refusal: null };
    const input = policyInput(facts, service, verification.token, time);
    const policy = authorizer.decide(input);
    const refusal = verification.refusal;
    const reasons = sorted([
      ...(peerReason === null ? [] : [peerReason]),
      // A token that did not verify is no token to policy, which then asks for a user: the ledger names the cause only.
      ...(refusal === null
        ? policy.reasons
        : [refusal.reason, ...policy.reasons.filter((reason) => reason !== 'user_required')]),
    ]);
    const allowed = policy.allow && reasons.length === 0 && rule !== undefined;
    const call: DecidedCall = {
      decisionId,
      traceId,
      time,
      service,
      facts,
      token: verification.token,
      allowed,
      reasons,
      policy,
      policyRevision: authorizer.revision,
      serviceCertificate: ownCertificate(source),
      database: options.database(),
      detail: allowed ? '' : (refusal?.message ?? ''),
    };
    const kept = await keep(recordOfCall(call), rule?.record ?? 'written');
    if (!allowed) throw new RefusedCall(decisionId, atLeastOne(reasons), call.detail || `refused by ${policy.rule}`);
    if (!kept && rule.record === 'synced') {
      // Where only the room for synced records ran out, this one is still taken.
      await keep(recordOfCall({ ...call, allowed: false, reasons: ['record_not_kept'] }), 'written');
      throw new RefusedCall(decisionId, ['record_not_kept'], 'the decision could not be recorded');
    }
    const { token } = verification;
    const context: CallContext = Object.freeze({
      decisionId,
      traceId,
      peer: facts.peer?.spiffeId.uri ?? null,
      user: token === null ? null : Object.freeze({ id: token.subject, roles: token.roles }),
      chain: token?.chain ?? [],
      deadline: facts.deadline,
      signal: facts.signal,
    });
    if (token !== null && facts.bearerToken !== null) bindSubjectToken(context, facts.bearerToken);
    allowedCalls.set(context, call);
    return context;
  }

  async function verify(
    facts: CallFacts,
    time: Date,
  ): Promise<{ token: VerifiedToken | null; refusal: ZeroTrustError | null }> {
    if (facts.bearerToken === null) {
      return { token: null, refusal: new ZeroTrustError('token_missing', 'the call carries no token') };
    }
    try {
      return {
        token: await tokens.verify(facts.bearerToken, { peer: facts.peer?.spiffeId.uri ?? null }, time),
        refusal: null,
      };
    } catch (cause) {
      const refusal =
        cause instanceof ZeroTrustError ? cause : new ZeroTrustError('token_malformed', 'unreadable', { cause });
      return { token: null, refusal };
    }
  }

  async function keep(record: DecisionRecord, durability: 'synced' | 'written'): Promise<boolean> {
    try {
      await spool.append(record, durability);
      return true;
    } catch {
      options.onRecordLost?.(record);
      return false;
    }
  }

  return {
    decide,
    async refuse(context, error) {
      const call = allowedCalls.get(context);
      const decisionId = randomUUID();
      if (call !== undefined) {
        const refused = { time: now(), decisionId, allowed: false, reasons: [error.reason], detail: error.message };
        await keep(recordOfCall({ ...call, ...refused }), 'written');
      }
      return new RefusedCall(decisionId, [error.reason], error.message);
    },
    async recordHandshake(refusal) {
      const record = recordOfHandshake({
        refusal,
        time: now(),
        service,
        policyRevision: authorizer.revision,
        serviceCertificate: ownCertificate(source),
      });
      await keep(record, 'written');
    },
  };
}

function reasonOfPeer(peer: PeerIdentity | null, now: Date): Reason | null {
  return peer !== null && peer.notAfter <= now ? 'peer_certificate_expired' : null;
}

function sorted(reasons: readonly Reason[]): readonly Reason[] {
  const rank = (reason: Reason): number => (order.includes(reason) ? order.indexOf(reason) : order.length);
  return reasons.toSorted((a, b) => rank(a) - rank(b));
}

function atLeastOne(reasons: readonly Reason[]): readonly [Reason, ...Reason[]] {
  const [first = 'policy_failed', ...rest] = reasons;
  return [first, ...rest];
}

function policyInput(facts: CallFacts, service: string, token: VerifiedToken | null, time: Date): PolicyInput {
  return {
    version: 1,
    method: facts.method,
    service,
    peer: facts.peer?.spiffeId.uri ?? null,
    token:
      token === null
        ? null
        : {
            subject: token.subject,
            roles: token.roles,
            audience: token.audience,
            scopes: token.scopes,
            chain: token.chain,
            blocked: false,
          },
    resource: facts.resource,
    time: time.toISOString(),
    source_address: facts.address,
    calls_in_window: null,
  };
}

function ownCertificate(source: X509Source): CertificateRecord | null {
  try {
    const { svid } = source.current();
    return { serialNumber: svid.serialNumber, notAfter: svid.notAfter.toISOString() };
  } catch {
    return null;
  }
}
