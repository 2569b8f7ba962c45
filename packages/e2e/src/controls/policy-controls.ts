import { type Control, control } from './control.ts';

const rego = 'packages/policy/authz.rego';

/** The rule never says no: its reason needs something that never holds. */
function rule(
  reason: string,
  demands: string,
  tries: readonly string[],
  coveredBy?: string,
  id = `policy-${reason.replaceAll('_', '-')}`,
): Control {
  const head = `applying contains "${reason}" if {\n`;
  return control(id, demands, [rego, head, `${head}\tfalse\n`], tries, coveredBy);
}

/** Blocked paths of the access matrix, by the two who can do most. */
const blocked = ['edge/order-', 'edge/gateway-'];

/** What policy says no for, and that it is asked at all. */
export const policyControls: readonly Control[] = [
  control(
    'policy',
    'Policy decides each call.',
    [
      'packages/zt-kit/src/authz/decisions.ts',
      'const policy = authorizer.decide(input);',
      "const policy = { allow: true, reasons: [], observed: [], rule: 'none' } as ReturnType<typeof authorizer.decide>;",
    ],
    blocked,
  ),
  rule('caller_not_allowed', 'A method is called by nobody but those whom the access graph names.', blocked),
  rule('user_required', "What is done for a user needs a user's token.", ['bypass/…/own-name-for-a-user']),
  control(
    'policy-workload-required',
    "What a workload does in its own name needs that workload's own token.",
    [
      rego,
      'applying contains "workload_required" if {\n\trule\n\tbehalf == "workload"\n',
      'applying contains "workload_required" if {\n\tfalse\n\trule\n\tbehalf == "workload"\n',
    ],
    ['policy/user-token-for-a-workload'],
  ),
  rule(
    'token_missing',
    'A method for users and workloads needs a token of either.',
    ['bypass/…/no-token'],
    'token-present',
  ),
  rule(
    'token_audience_wrong',
    'Policy, too, wants a token to be for the service that it comes to.',
    ['bypass/…/audience-wrong', 'bypass/…/of-the-call-before'],
    'token-audience',
    'policy-audience',
  ),
  rule('scope_missing', 'A token says that it is for what its bearer wants.', ['bypass/…/narrow-scope']),
  rule(
    'chain_not_allowed',
    'Who acts for a user came by that token along edges of the access graph.',
    ['bypass/…/act-deepened', 'bypass/…/act-shortened', 'bypass/…/act-reordered', 'bypass/…/act-too-deep'],
    undefined,
    'policy-chain',
  ),
  rule('user_blocked', 'A blocked user can do nothing, with a good token either.', ['policy/blocked']),
  rule('role_missing', 'Some methods are for users of certain roles.', ['bypass/…/without-role', 'policy/refund']),
  rule('purpose_missing', "Who looks at somebody else's orders says what for.", ['policy/any-order', 'policy/read-']),
  rule('rate_exceeded', 'Some methods may be called only so often.', ['policy/rate']),
  rule('too_many_users', 'No workload comes for more users than people use it in that time.', ['other-side/captured']),
  rule('amount_over_limit', 'Large amounts are for those who may spend them.', ['policy/amount']),
];
