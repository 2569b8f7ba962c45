import { type Authorizer, isPolicyReason, type MethodRule, type PolicyInput, reasonsOfPolicy } from '@zt/kit/authz';

/** What policy says no for, as far as it counts beside what became of the token; empty where it says yes. */
export function reasonsFor(input: PolicyInput, policy: Authorizer): readonly string[] {
  return reasonsOfPolicy(policy.decide(input), tokenWasRefused(input, policy));
}

/** A token was asked for, and what came, if anything, was worth nothing. */
export function tokenWasRefused({ method, token }: PolicyInput, policy: Authorizer): boolean {
  return token === null && readerOf(policy.ruleFor(method)) !== 'nobody';
}

/** Whether a reason on record can have come from elsewhere than policy. */
export function canComeFromElsewhere(reason: string, input: PolicyInput, policy: Authorizer): boolean {
  if (!isPolicyReason(reason)) return true;
  const isOfToken = reason === 'token_missing' || reason === 'token_audience_wrong';
  return isOfToken && tokenWasRefused(input, policy);
}

/** Whether the input would have been the same under another policy, as far as the token goes. */
export function readsTokenAlike(input: PolicyInput, before: Authorizer, after: Authorizer): boolean {
  const rule = after.ruleFor(input.method);
  // Without a rule the call is refused, whatever it carries.
  if (rule === undefined) return true;
  const reader = readerOf(rule);
  if (reader === 'nobody') return !tokenWasRefused(input, before);
  return reader === readerOf(before.ruleFor(input.method));
}

/** By whom a token is verified: only where it is the same one, the same comes out. */
function readerOf(rule: MethodRule | undefined): string {
  if (rule === undefined || rule.onBehalfOf === 'nobody') return 'nobody';
  return rule.onBehalfOf === 'third party' ? `third party ${rule.thirdParty}` : 'workloads and users';
}

const uncountable = Number.MAX_SAFE_INTEGER;

/**
 * The input as another policy would have got it: once with the fewest calls and users that it may have counted, once with
 * the most. Both are the recorded one where it counts as the policy that decided did.
 */
export function countedBy(
  input: PolicyInput,
  before: Authorizer,
  after: Authorizer,
): readonly [PolicyInput, PolicyInput] {
  const [then, now] = [before.ruleFor(input.method), after.ruleFor(input.method)];
  const { calls_in_window: calls, users_in_window: users } = input;
  const sameCalls = now?.rateLimit == null || now.rateLimit.seconds === then?.rateLimit?.seconds;
  const sameUsers =
    now?.distinctUsers == null ||
    (now.distinctUsers.seconds === then?.distinctUsers?.seconds &&
      now.distinctUsers.users === then.distinctUsers.users);
  return [
    { ...input, ...(sameCalls ? {} : { calls_in_window: 0 }), ...(sameUsers ? {} : { users_in_window: 0 }) },
    {
      ...input,
      ...(sameCalls ? {} : { calls_in_window: calls === 0 ? 0 : uncountable }),
      ...(sameUsers ? {} : { users_in_window: users === 0 ? 0 : uncountable }),
    },
  ];
}
