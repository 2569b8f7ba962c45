import { randomUUID } from 'node:crypto';
import type { AuditSpool } from '../audit/audit-spool.ts';
import type { CertificateRecord, DatabaseRecord, DecisionRecord } from '../audit/decision-record.ts';
import type { PeerWatch } from '../delegation/peer-watch.ts';
import type { SessionWatch } from '../delegation/session-watch.ts';
import type { TokenVerifier } from '../delegation/verify-token.ts';
import { type Reason, ZeroTrustError } from '../errors.ts';
import type { X509Source } from '../identity/x509-source.ts';
import type { HandshakeRefusal } from '../mtls/mtls-listener.ts';
import type { PeerIdentity } from '../mtls/peer-verification.ts';
import type { Authorizer, MethodRule } from './authorizer.ts';
import { bindSubjectToken, type CallContext } from './call-context.ts';
import { boundedFacts, type CallFacts } from './call-facts.ts';
import { type DecidedCall, recordOfCall, recordOfHandshake } from './decision-entry.ts';
import { createHandshakeFlood } from './handshake-flood.ts';
import { refusalOfPassers } from './peer-standing.ts';
import { policyInputOf } from './policy-input.ts';
import { reasonsOfPolicy } from './reasons-of-policy.ts';
import { traceIdOf } from './trace-context.ts';
import { createUserCounter } from './user-counter.ts';
import { isOfUser, type VerifiedCaller, verifyCaller } from './verify-caller.ts';
import { createWindowCounter } from './window-counter.ts';

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
  /** Keeps a record of a handshake that was refused; of a flood of them, of some, and how many the others were. */
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
  /** Which workloads are quarantined; left out where a workload that is has to be heard all the same. */
  readonly peers?: Pick<PeerWatch, 'standingOf'>;
  readonly spool: AuditSpool;
  /** The database login in force, for the record; null where there is none. */
  readonly database: () => DatabaseRecord | null;
  /** Told of each record that the spool could not keep, so that the operator hears of it. */
  readonly onRecordLost?: (record: DecisionRecord) => void;
  readonly now?: () => Date;
}

/** These are named before all others, in this order: the first one gives the status. */
const first: readonly Reason[] = ['peer_certificate_expired', 'peer_quarantined', 'caller_not_allowed'];
/** And after all others: a caller who waits and comes again must not be told so in vain. */
const last: readonly Reason[] = ['rate_exceeded', 'too_many_users'];

/** The one place where a call is decided: peer, token, policy, record (in this order), then the handler. */
export function createDecisions(options: DecisionsOptions): Decisions {
  const { authorizer, spool, source, service } = options;
  const { tokens, thirdParties = {}, sessions } = options;
  const now = options.now ?? (() => new Date());
  const calls = createWindowCounter();
  const users = createUserCounter();
  const flood = createHandshakeFlood<HandshakeRefusal>({ onRest: (last, before) => void keepHandshake(last, before) });
  const allowedCalls = new WeakMap<CallContext, DecidedCall>();

  async function decide(given: CallFacts): Promise<CallContext> {
    const facts = boundedFacts({ ...given, arrivedAtMs: given.arrivedAtMs ?? performance.now() });
    const time = now();
    const decisionId = randomUUID();
    const traceId = traceIdOf(facts.traceparent);
    const rule = authorizer.ruleFor(facts.method);
    const peerReason = reasonOfPeer(facts.peer, time);
    const caller = await verifyCaller({ tokens, thirdParties, sessions }, rule, facts, time);
    const { token } = caller;
    const passers = { service, peer: facts.peer?.spiffeId.uri ?? null, chain: token?.chain ?? [] };
    const standing = options.peers === undefined ? null : refusalOfPassers(options.peers, passers);
    const refusal = caller.refusal ?? standing;
    const counted = {
      callsInWindow: callsInWindow(rule, facts, caller),
      usersInWindow: usersInWindow(rule, facts, caller),
    };
    const input = policyInputOf(facts, service, caller, counted, time);
    const policy = authorizer.decide(input);
    const reasons = sorted([
      ...(peerReason === null ? [] : [peerReason]),
      ...(caller.refusal === null ? [] : [caller.refusal.reason]),
      ...(standing === null || isSaid(standing, caller) ? [] : [standing.reason]),
      ...reasonsOfPolicy(policy, caller.refusal !== null && token === null),
    ]);
    const allowed = policy.allow && reasons.length === 0 && rule !== undefined;
    const call: DecidedCall = {
      decisionId,
      traceId,
      time,
      service,
      facts,
      token,
      allowed,
      reasons,
      policy,
      input,
      policyRevision: authorizer.revision,
      serviceCertificate: ownCertificate(source),
      database: options.database(),
      detail: allowed ? '' : (refusal?.message ?? ''),
    };
    const isKept = !allowed || rule.record !== 'refusals';
    const kept = isKept ? await keep(recordOfCall(call), rule?.record === 'synced' ? 'synced' : 'written') : false;
    if (!allowed) throw new RefusedCall(decisionId, atLeastOne(reasons), call.detail || `refused by ${policy.rule}`);
    if (!kept && rule.record === 'synced') {
      // Where only the room for synced records ran out, this one is still taken.
      await keep(recordOfCall({ ...call, allowed: false, reasons: ['record_not_kept'] }), 'written');
      throw new RefusedCall(decisionId, ['record_not_kept'], 'the decision could not be recorded');
    }
    const user = token !== null && isOfUser(rule, token) ? token : null;
    const context: CallContext = Object.freeze({
      decisionId,
      traceId,
      peer: facts.peer?.spiffeId.uri ?? null,
      user: user === null ? null : Object.freeze({ id: user.subject, roles: user.roles }),
      chain: token?.chain ?? [],
      deadline: facts.deadline,
      signal: facts.signal,
    });
    if (user !== null && facts.bearerToken !== null) bindSubjectToken(context, facts.bearerToken);
    allowedCalls.set(context, call);
    return context;
  }

  /** A caller is a verified peer together with a verified user: whoever is neither is refused anyway. */
  function callsInWindow(rule: MethodRule | undefined, facts: CallFacts, caller: VerifiedCaller): number | null {
    if (rule === undefined || rule.rateLimit === null) return null;
    if (caller.refusal !== null) return 0;
    const name = [facts.method, facts.peer?.spiffeId.uri ?? null, caller.token?.subject ?? null];
    return calls.count(JSON.stringify(name), rule.rateLimit.seconds);
  }

  /** Of each verified peer: whoever takes over a service has the users of all who come to it, but not all at once. */
  function usersInWindow(
    rule: MethodRule | undefined,
    { method, peer }: CallFacts,
    { token, refusal }: VerifiedCaller,
  ): number | null {
    if (rule === undefined || rule.distinctUsers === null) return null;
    if (refusal !== null || peer === null || token === null || !isOfUser(rule, token)) return 0;
    return users.count(JSON.stringify([method, peer.spiffeId.uri]), token.subject, rule.distinctUsers);
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

  async function keepHandshake(refusal: HandshakeRefusal, suppressed: number): Promise<void> {
    const record = recordOfHandshake({
      refusal,
      suppressed,
      time: now(),
      service,
      policyRevision: authorizer.revision,
      serviceCertificate: ownCertificate(source),
    });
    await keep(record, 'written');
  }

  return {
    decide,
    async refuse(context, error) {
      const call = allowedCalls.get(context);
      const decisionId = randomUUID();
      if (call !== undefined) {
        const refused = { time: now(), decisionId, allowed: false, reasons: [error.reason], detail: error.message };
        // Policy was not asked again.
        await keep(recordOfCall({ ...call, ...refused, input: null }), 'written');
      }
      return new RefusedCall(decisionId, [error.reason], error.message);
    },
    async recordHandshake(refusal) {
      const admitted = flood.admit(refusal);
      if (admitted !== null) await keepHandshake(refusal, admitted.suppressed);
    },
  };
}

function reasonOfPeer(peer: PeerIdentity | null, now: Date): Reason | null {
  return peer !== null && peer.notAfter <= now ? 'peer_certificate_expired' : null;
}

/** Of sessions and of workloads nothing is known in the same moment: that is one reason. */
function isSaid(standing: ZeroTrustError, { refusal }: VerifiedCaller): boolean {
  return standing.reason === 'peer_state_unknown' && refusal?.reason === 'session_state_unknown';
}

function sorted(reasons: readonly Reason[]): readonly Reason[] {
  const rank = (reason: Reason): number => {
    if (last.includes(reason)) return first.length + 1;
    return first.includes(reason) ? first.indexOf(reason) : first.length;
  };
  return reasons.toSorted((a, b) => rank(a) - rank(b));
}

function atLeastOne(reasons: readonly Reason[]): readonly [Reason, ...Reason[]] {
  const [head = 'policy_failed', ...rest] = reasons;
  return [head, ...rest];
}

function ownCertificate(source: X509Source): CertificateRecord | null {
  try {
    const { svid } = source.current();
    return { serialNumber: svid.serialNumber, notAfter: svid.notAfter.toISOString() };
  } catch {
    return null;
  }
}
