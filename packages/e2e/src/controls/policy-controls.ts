import { type Control, control } from './control.ts';

const rego = 'packages/policy/authz.rego';

/** The rule never says no: its reason needs something that never holds. */
function rule(
  reason: string,
  demands: string,
  more: Pick<Control, 'tries' | 'coveredBy'> = {},
  id = `policy-${reason.replaceAll('_', '-')}`,
): Control {
  const head = `applying contains "${reason}" if {\n`;
  return control(id, demands, [rego, head, `${head}\tfalse\n`], more);
}

/** What policy says no for, and that it is asked at all. */
export const policyControls: readonly Control[] = [
  control('policy', 'Policy decides each call.', [
    'packages/zt-kit/src/authz/decisions.ts',
    'const policy = authorizer.decide(input);',
    "const policy = { allow: true, reasons: [], observed: [], rule: 'none' } as ReturnType<typeof authorizer.decide>;",
  ]),
  rule('caller_not_allowed', 'A method is called by nobody but those whom the access graph names.'),
  rule('user_required', "What is done for a user needs a user's token."),
  control('policy-workload-required', "What a workload does in its own name needs that workload's own token.", [
    rego,
    'applying contains "workload_required" if {\n\trule\n\tbehalf == "workload"\n',
    'applying contains "workload_required" if {\n\tfalse\n\trule\n\tbehalf == "workload"\n',
  ]),
  rule('token_missing', 'A method for users and workloads needs a token of either.', { coveredBy: 'token-present' }),
  rule(
    'token_audience_wrong',
    'Policy, too, wants a token to be for the service that it comes to.',
    { tries: ['bypass/…/wrong-audience'], coveredBy: 'token-audience' },
    'policy-audience',
  ),
  rule('scope_missing', 'A token says that it is for what its bearer wants.', { tries: ['bypass/…/missing-scope'] }),
  rule(
    'chain_not_allowed',
    'Who acts for a user came by that token along edges of the access graph.',
    {
      tries: ['bypass/…/reordered-act', 'bypass/…/deepened-act', 'bypass/…/forged-act', 'bypass/…/stripped-act'],
    },
    'policy-chain',
  ),
  rule('user_blocked', 'A blocked user can do nothing, with a good token either.', { tries: ['policy/blocked'] }),
  rule('role_missing', 'Some methods are for users of certain roles.'),
  rule('purpose_missing', "Who looks at somebody else's orders says what for."),
  rule('rate_exceeded', 'Some methods may be called only so often.', { tries: ['policy/rate', 'policy/too-many'] }),
  rule('amount_over_limit', 'Large amounts are for those who may spend them.'),
];
