import type { ObservableReason, PolicyReason } from './policy-data.ts';

const policyReasons: ReadonlySet<string> = new Set(
  Object.keys({
    method_has_no_rule: true,
    caller_not_allowed: true,
    user_required: true,
    workload_required: true,
    token_missing: true,
    token_audience_wrong: true,
    scope_missing: true,
    chain_not_allowed: true,
    user_blocked: true,
    role_missing: true,
    purpose_missing: true,
    outside_hours: true,
    network_not_allowed: true,
    rate_exceeded: true,
    too_many_users: true,
    amount_over_limit: true,
    policy_failed: true,
  } satisfies Record<PolicyReason, true>),
);

export function isPolicyReason(value: unknown): value is PolicyReason {
  return typeof value === 'string' && policyReasons.has(value);
}

/** What a rule may observe. An input that cannot be read and a method without a rule are always refused. */
export function isObservableReason(value: unknown): value is ObservableReason {
  return isPolicyReason(value) && value !== 'policy_failed' && value !== 'method_has_no_rule';
}
