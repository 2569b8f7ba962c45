import type { Reason } from '../errors.ts';
import type { OnBehalfOf } from './policy-data.ts';

/** The facts that policy decides on, all of them verified before. The Rego in `@zt/policy` reads exactly this. */
export interface PolicyInput {
  readonly version: 1;
  /** `/payment.v1.PaymentService/AuthorizePayment` */
  readonly method: string;
  /** SPIFFE ID of the service that asks. */
  readonly service: string;
  /** SPIFFE ID of the workload at the other end; null where the connection carries none (the gateway's HTTPS). */
  readonly peer: string | null;
  readonly token: {
    /** A user's id, the SPIFFE ID of a workload that calls in its own name, or the name of a third party. */
    readonly subject: string;
    readonly roles: readonly string[];
    readonly audience: string;
    readonly scopes: readonly string[];
    /** SPIFFE IDs, the one that acts now first. Empty for a token that comes straight from whoever it is about. */
    readonly chain: readonly string[];
    /** The user is blocked at this moment. */
    readonly blocked: boolean;
  } | null;
  /** Identifiers and numbers of the request, such as `amount_minor_units`. */
  readonly resource: Readonly<Record<string, string | number>>;
  /** RFC 3339. */
  readonly time: string;
  /** Host and port at the other end. */
  readonly source_address: string;
  /**
   * Calls of this method by this caller (peer and user) in the rule's window, this one among them; 0 where nobody was
   * verified to count for, null where the method has no limit.
   */
  readonly calls_in_window: number | null;
  /**
   * Users for whom this peer called this method in the rule's seconds, this one among them; 0 where no user was verified
   * to count, null where the method has no limit.
   */
  readonly users_in_window: number | null;
}

export interface PolicyDecision {
  readonly allow: boolean;
  /** All that apply; empty where allowed. */
  readonly reasons: readonly Reason[];
  /** Reasons of rules in observe mode: recorded, never blocking. */
  readonly observed: readonly string[];
  /** The rule that decided, such as `order.v1.OrderService/PlaceOrder`. */
  readonly rule: string;
}

/** What a method's rule asks for, as far as the server must know it before it asks policy. */
export interface MethodRule {
  /** `nobody`: the call needs no token. */
  readonly onBehalfOf: OnBehalfOf;
  /** Whose notices the method takes; null where it takes none. */
  readonly thirdParty: string | null;
  /** How many calls one caller has in a window; null where they need not be counted. */
  readonly rateLimit: { readonly calls: number; readonly seconds: number } | null;
  /** For how many users one peer may call; null where they need not be counted. */
  readonly distinctUsers: UserLimit | null;
  /**
   * `synced`: the record is on disk before the handler runs, or the call is refused. `refusals`: only refused calls leave
   * a record.
   */
  readonly record: 'synced' | 'written' | 'refusals';
}

/** At most so many users in any so many seconds. */
export interface UserLimit {
  readonly users: number;
  readonly seconds: number;
}

/** The policy decision point. */
export interface Authorizer {
  /** Names rules and data together: another rule, or other data, is another revision. */
  readonly revision: string;
  /** Undefined: the method has no rule, and a server that has it must not start. */
  ruleFor(method: string): MethodRule | undefined;
  /** Never throws: a policy that fails gives a refusal with `policy_failed`. */
  decide(input: PolicyInput): PolicyDecision;
}
