import type { Reason } from '../errors.ts';

/** What policy may say no for. */
export type PolicyReason = Extract<
  Reason,
  | 'method_has_no_rule'
  | 'caller_not_allowed'
  | 'user_required'
  | 'workload_required'
  | 'token_missing'
  | 'token_audience_wrong'
  | 'scope_missing'
  | 'chain_not_allowed'
  | 'user_blocked'
  | 'role_missing'
  | 'purpose_missing'
  | 'outside_hours'
  | 'network_not_allowed'
  | 'rate_exceeded'
  | 'too_many_users'
  | 'amount_over_limit'
  | 'policy_failed'
>;

/** A reason that an operator may watch, at one method, before enforcing it. The other two are always enforced. */
export type ObservableReason = Exclude<PolicyReason, 'method_has_no_rule' | 'policy_failed'>;

/**
 * What policy knows besides the call itself. `policyData` in `@zt/access-graph` makes it; the Rego in `@zt/policy`
 * reads exactly this.
 */
export interface PolicyData {
  readonly graph: {
    readonly trust_domain: string;
    /** By full name, such as `/payment.v1.PaymentService/AuthorizePayment`. */
    readonly methods: Readonly<Record<string, PolicyMethod>>;
    /** SPIFFE IDs of the services that users talk to. */
    readonly entry_points: readonly string[];
    /** Who may act for users towards whom: callers by callee, both as SPIFFE IDs. */
    readonly edges: Readonly<Record<string, readonly string[]>>;
  };
}

export type PolicyMethod = MethodOfOneService | MethodOfEveryService;

/** On whose behalf a method is called. `nobody`: the call takes no token, and the peer is all that counts. */
export type OnBehalfOf = 'user' | 'workload' | 'user or workload' | 'third party' | 'nobody';

interface MethodFacts {
  readonly on_behalf_of: OnBehalfOf;
  /** What the method itself asks for. */
  readonly scopes: readonly string[];
  /** What a user's token for this method has to carry: its own scopes, and those of every method that it calls in turn. */
  readonly token_scopes: readonly string[];
  readonly record: 'synced' | 'written' | 'refusals';
  readonly amount_limit?: { readonly minor_units: number; readonly role: string };
  /** Any of these is needed. */
  readonly roles?: readonly string[];
  /** The resource has to say what for. */
  readonly purpose?: true;
  /** UTC, `06:00`: from this minute on, and up to that one; past midnight where `until` is the earlier. */
  readonly hours?: { readonly from: string; readonly until: string };
  /** CIDR: the source address has to be in one of them, besides all else. */
  readonly networks?: readonly string[];
  /** Of one caller, peer and user together. */
  readonly rate_limit?: { readonly calls: number; readonly seconds: number };
  /** Of one peer: how many users it may call for in so many seconds. */
  readonly distinct_users?: { readonly users: number; readonly seconds: number };
  /** Reasons that are recorded and don't refuse. */
  readonly observe?: readonly ObservableReason[];
}

interface MethodOfOneService extends MethodFacts {
  /** SPIFFE ID. */
  readonly service: string;
  /** SPIFFE IDs; `users` at an entry point, and the third party's name at its own door, where no workload calls. */
  readonly callers: readonly string[] | 'users' | { readonly third_party: string };
}

/** Health: the same method on every service, for the service itself. */
interface MethodOfEveryService extends MethodFacts {
  /** SPIFFE IDs. */
  readonly services: readonly string[];
  readonly callers: 'itself';
}

/** The scopes to ask for in a token for a user's call of this method; null where it takes no user's token. */
export function tokenScopesOf(data: PolicyData, method: string): readonly string[] | null {
  const rule = ruleNamed(data, method);
  return rule.on_behalf_of === 'user' || rule.on_behalf_of === 'user or workload' ? rule.token_scopes : null;
}

/** The scopes to ask for in a workload's own token for this method; null where it takes no workload's token. */
export function ownScopesOf(data: PolicyData, method: string): readonly string[] | null {
  const rule = ruleNamed(data, method);
  return rule.on_behalf_of === 'workload' || rule.on_behalf_of === 'user or workload' ? rule.scopes : null;
}

/** Whether calls for users arrive at the service of this SPIFFE ID. */
export function servesUsers(data: PolicyData, service: string): boolean {
  return Object.values(data.graph.methods).some(
    (rule) =>
      'service' in rule &&
      rule.service === service &&
      (rule.on_behalf_of === 'user' || rule.on_behalf_of === 'user or workload'),
  );
}

function ruleNamed(data: PolicyData, method: string): PolicyMethod {
  const rule = Object.hasOwn(data.graph.methods, method) ? data.graph.methods[method] : undefined;
  if (rule === undefined) throw new TypeError(`the access graph has no method ${method}`);
  return rule;
}
