import { status } from '@grpc/grpc-js';
import { expect, test } from 'vitest';
import { BusinessError, type Reason, type Refusal, statusOfError, statusOfReason, ZeroTrustError } from './errors.ts';

// A table that the compiler holds complete: a new reason has to say here what its caller is told.
const codes: Readonly<Record<Reason, status>> = {
  peer_certificate_missing: status.UNAUTHENTICATED,
  peer_certificate_untrusted: status.UNAUTHENTICATED,
  peer_certificate_expired: status.UNAUTHENTICATED,
  peer_spiffe_id_invalid: status.UNAUTHENTICATED,
  peer_trust_domain_unknown: status.UNAUTHENTICATED,
  handshake_failed: status.UNAUTHENTICATED,
  connection_abused: status.UNAUTHENTICATED,
  token_missing: status.UNAUTHENTICATED,
  token_malformed: status.UNAUTHENTICATED,
  token_type_wrong: status.UNAUTHENTICATED,
  token_algorithm_not_allowed: status.UNAUTHENTICATED,
  token_signature_invalid: status.UNAUTHENTICATED,
  token_issuer_wrong: status.UNAUTHENTICATED,
  token_audience_wrong: status.UNAUTHENTICATED,
  token_expired: status.UNAUTHENTICATED,
  token_not_yet_valid: status.UNAUTHENTICATED,
  token_actor_mismatch: status.UNAUTHENTICATED,
  session_ended: status.UNAUTHENTICATED,
  token_not_exchanged: status.UNAUTHENTICATED,
  notice_replayed: status.UNAUTHENTICATED,
  peer_not_expected: status.PERMISSION_DENIED,
  peer_quarantined: status.PERMISSION_DENIED,
  method_has_no_rule: status.PERMISSION_DENIED,
  caller_not_allowed: status.PERMISSION_DENIED,
  scope_missing: status.PERMISSION_DENIED,
  chain_not_allowed: status.PERMISSION_DENIED,
  user_required: status.PERMISSION_DENIED,
  workload_required: status.PERMISSION_DENIED,
  user_blocked: status.PERMISSION_DENIED,
  role_missing: status.PERMISSION_DENIED,
  purpose_missing: status.PERMISSION_DENIED,
  outside_hours: status.PERMISSION_DENIED,
  network_not_allowed: status.PERMISSION_DENIED,
  amount_over_limit: status.PERMISSION_DENIED,
  exchange_not_allowed: status.PERMISSION_DENIED,
  policy_failed: status.PERMISSION_DENIED,
  record_of_another: status.PERMISSION_DENIED,
  record_chain_broken: status.PERMISSION_DENIED,
  bundle_malformed: status.PERMISSION_DENIED,
  bundle_signature_invalid: status.PERMISSION_DENIED,
  bundle_outdated: status.PERMISSION_DENIED,
  bundle_not_for_this_policy: status.PERMISSION_DENIED,
  bundle_not_kept: status.UNAVAILABLE,
  peer_limit_exceeded: status.RESOURCE_EXHAUSTED,
  rate_exceeded: status.RESOURCE_EXHAUSTED,
  too_many_users: status.RESOURCE_EXHAUSTED,
  record_not_kept: status.UNAVAILABLE,
  identity_unavailable: status.UNAVAILABLE,
  signing_keys_unavailable: status.UNAVAILABLE,
  token_exchange_unavailable: status.UNAVAILABLE,
  session_state_unknown: status.UNAVAILABLE,
  peer_state_unknown: status.UNAVAILABLE,
  callee_quarantined: status.UNAVAILABLE,
  api_key_unavailable: status.UNAVAILABLE,
  vault_unavailable: status.UNAVAILABLE,
  database_unavailable: status.UNAVAILABLE,
};

const reasons = Object.keys(codes) as Reason[];

test.each(reasons)('%s has its code, and tells nothing but that', (reason) => {
  const error = new ZeroTrustError(reason, 'secret detail', { cause: new Error('deeper secret') });
  expect(statusOfError(error)).toEqual(statusOfReason(reason));
  expect(statusOfReason(reason).code).toBe(codes[reason]);
});

test('all reasons of one code share one sentence: no caller can tell which check failed', () => {
  const sentences = new Map(reasons.map((reason) => [codes[reason], statusOfReason(reason).details]));
  for (const reason of reasons) expect(statusOfReason(reason).details).toBe(sentences.get(codes[reason]));
  for (const sentence of sentences.values()) {
    expect(sentence).toMatch(/^[A-Z][a-z ]+\.$/);
    for (const reason of reasons) expect(sentence).not.toContain(reason);
  }
});

const businessCodes: Readonly<Record<Refusal, status>> = {
  invalid: status.INVALID_ARGUMENT,
  not_found: status.NOT_FOUND,
  conflict: status.ALREADY_EXISTS,
  not_possible: status.FAILED_PRECONDITION,
  exhausted: status.RESOURCE_EXHAUSTED,
  unavailable: status.UNAVAILABLE,
};

test.each(Object.keys(businessCodes) as Refusal[])('a business rule that says %s says its sentence', (refusal) => {
  expect(statusOfError(new BusinessError(refusal, 'Choose another.'))).toEqual({
    code: businessCodes[refusal],
    details: 'Choose another.',
  });
});

test.each([new Error('secret detail'), { code: 0, details: 'secret detail' }, 'secret detail', null, undefined])(
  'whatever else is thrown (%o) says nothing of itself',
  (thrown) => {
    expect(statusOfError(thrown)).toEqual({ code: status.INTERNAL, details: 'The service failed.' });
  },
);
