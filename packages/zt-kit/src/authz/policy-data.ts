import type { Reason } from '../errors.ts';

/** What policy may say no for. */
export type PolicyReason = Extract<
  Reason,
  | 'method_has_no_rule'
  | 'caller_not_allowed'
  | 'user_required'
  | 'token_audience_wrong'
  | 'scope_missing'
  | 'chain_not_allowed'
  | 'user_blocked'
  | 'amount_over_limit'
  | 'policy_failed'
>;

/** A reason that an operator may watch before enforcing it. The other two are always enforced. */
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
    readonly blocked_users: readonly string[];
    readonly modes: Readonly<Partial<Record<ObservableReason, 'observe' | 'enforce'>>>;
  };
}

export type PolicyMethod = MethodOfOneService | MethodOfEveryService;

interface MethodFacts {
  readonly on_behalf_of: 'user' | 'nobody';
  /** What the method itself asks for. */
  readonly scopes: readonly string[];
  /** What a token for this method has to carry: its own scopes, and those of every method that it calls in turn. */
  readonly token_scopes: readonly string[];
  readonly record: 'synced' | 'written';
  readonly amount_limit?: { readonly minor_units: number; readonly role: string };
}

interface MethodOfOneService extends MethodFacts {
  /** SPIFFE ID. */
  readonly service: string;
  /** SPIFFE IDs; `users` at an entry point, where no workload calls. */
  readonly callers: readonly string[] | 'users';
}

/** Health: the same method on every service, for the service itself. */
interface MethodOfEveryService extends MethodFacts {
  /** SPIFFE IDs. */
  readonly services: readonly string[];
  readonly callers: 'itself';
}

/** The scopes to ask for in a token for this method; null where it takes none. */
export function tokenScopesOf(data: PolicyData, method: string): readonly string[] | null {
  if (!Object.hasOwn(data.graph.methods, method)) throw new TypeError(`the access graph has no method ${method}`);
  const rule = data.graph.methods[method];
  return rule?.on_behalf_of === 'user' ? rule.token_scopes : null;
}
