import type { Reason } from '../errors.ts';

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
    readonly subject: string;
    readonly roles: readonly string[];
    readonly audience: string;
    readonly scopes: readonly string[];
    /** SPIFFE IDs, the one that acts now first. Empty for a token that comes straight from the OpenID Provider. */
    readonly chain: readonly string[];
  } | null;
  /** Identifiers and numbers of the request, such as `amount_minor_units`. */
  readonly resource: Readonly<Record<string, string | number>>;
  /** RFC 3339. */
  readonly time: string;
  readonly source_address: string;
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
  readonly onBehalfOf: 'user' | 'nobody';
  /** `synced`: the record is on disk before the handler runs, or the call is refused. */
  readonly record: 'synced' | 'written';
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
