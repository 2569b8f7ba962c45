import type { Reason } from '../errors.ts';
import type { PolicyDecision } from './authorizer.ts';

/** What policy says where it sees no token. Where one came and did not verify, the ledger names that cause only. */
const withoutToken: readonly Reason[] = ['user_required', 'workload_required', 'token_missing'];

/** What of policy's reasons counts: `tokenRefused` where a token was asked for, and what came, if anything, is worth nothing. */
export function reasonsOfPolicy(policy: PolicyDecision, tokenRefused: boolean): readonly Reason[] {
  return tokenRefused ? policy.reasons.filter((reason) => !withoutToken.includes(reason)) : policy.reasons;
}
