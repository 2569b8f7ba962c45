import { status } from '@grpc/grpc-js';

/** Every way in which the kit says no. The ledger keeps it; the caller never sees it. */
export type Reason =
  // handshake and peer
  | 'peer_certificate_missing'
  | 'peer_certificate_untrusted'
  | 'peer_certificate_expired'
  | 'peer_spiffe_id_invalid'
  | 'peer_trust_domain_unknown'
  | 'peer_not_expected'
  | 'peer_quarantined'
  | 'handshake_failed'
  | 'connection_abused'
  | 'peer_limit_exceeded'
  // token
  | 'token_missing'
  | 'token_malformed'
  | 'token_type_wrong'
  | 'token_algorithm_not_allowed'
  | 'token_signature_invalid'
  | 'token_issuer_wrong'
  | 'token_audience_wrong'
  | 'token_expired'
  | 'token_not_yet_valid'
  | 'token_actor_mismatch'
  | 'session_ended'
  | 'token_not_exchanged'
  | 'notice_replayed'
  // policy
  | 'method_has_no_rule'
  | 'caller_not_allowed'
  | 'scope_missing'
  | 'chain_not_allowed'
  | 'user_required'
  | 'workload_required'
  | 'user_blocked'
  | 'role_missing'
  | 'purpose_missing'
  | 'outside_hours'
  | 'network_not_allowed'
  | 'rate_exceeded'
  | 'too_many_users'
  | 'amount_over_limit'
  | 'exchange_not_allowed'
  | 'policy_failed'
  // the ledger
  | 'record_of_another'
  | 'record_chain_broken'
  // policy bundles
  | 'bundle_malformed'
  | 'bundle_signature_invalid'
  | 'bundle_outdated'
  | 'bundle_not_for_this_policy'
  | 'bundle_not_kept'
  // what a decision depends on
  | 'record_not_kept'
  | 'identity_unavailable'
  | 'signing_keys_unavailable'
  | 'token_exchange_unavailable'
  | 'session_state_unknown'
  | 'peer_state_unknown'
  | 'callee_quarantined'
  | 'api_key_unavailable'
  | 'vault_unavailable'
  | 'database_unavailable';

/** Every way in which a service's own rules say no. The sentence with it is for the caller. */
export type Refusal = 'invalid' | 'not_found' | 'conflict' | 'not_possible' | 'exhausted' | 'unavailable';

/** A refusal by a control. `message` is for the ledger and the operator, and holds no token, key or request body. */
export class ZeroTrustError extends Error {
  override readonly name = 'ZeroTrustError';
  readonly reason: Reason;

  constructor(reason: Reason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/** A refusal by a business rule. `message` is shown to the caller. */
export class BusinessError extends Error {
  override readonly name = 'BusinessError';
  readonly refusal: Refusal;

  constructor(refusal: Refusal, message: string, options?: ErrorOptions) {
    super(message, options);
    this.refusal = refusal;
  }
}

/** What of an error may leave the process. */
export interface PublicStatus {
  readonly code: status;
  readonly details: string;
}

const unauthenticated: PublicStatus = { code: status.UNAUTHENTICATED, details: 'The caller could not be verified.' };
const permissionDenied: PublicStatus = { code: status.PERMISSION_DENIED, details: 'The call is not allowed.' };
const tooMany: PublicStatus = { code: status.RESOURCE_EXHAUSTED, details: 'Too many calls.' };
const unavailable: PublicStatus = { code: status.UNAVAILABLE, details: 'The service cannot decide at the moment.' };

/** The only map from a reason to what the caller is told: which check failed stays in the ledger. */
export function statusOfReason(reason: Reason): PublicStatus {
  switch (reason) {
    case 'peer_certificate_missing':
    case 'peer_certificate_untrusted':
    case 'peer_certificate_expired':
    case 'peer_spiffe_id_invalid':
    case 'peer_trust_domain_unknown':
    case 'handshake_failed':
    case 'connection_abused':
    case 'token_missing':
    case 'token_malformed':
    case 'token_type_wrong':
    case 'token_algorithm_not_allowed':
    case 'token_signature_invalid':
    case 'token_issuer_wrong':
    case 'token_audience_wrong':
    case 'token_expired':
    case 'token_not_yet_valid':
    case 'token_actor_mismatch':
    case 'session_ended':
    case 'token_not_exchanged':
    case 'notice_replayed':
      return unauthenticated;
    case 'peer_not_expected':
    case 'peer_quarantined':
    case 'method_has_no_rule':
    case 'caller_not_allowed':
    case 'scope_missing':
    case 'chain_not_allowed':
    case 'user_required':
    case 'workload_required':
    case 'user_blocked':
    case 'role_missing':
    case 'purpose_missing':
    case 'outside_hours':
    case 'network_not_allowed':
    case 'amount_over_limit':
    case 'exchange_not_allowed':
    case 'policy_failed':
    case 'record_of_another':
    case 'record_chain_broken':
    case 'bundle_malformed':
    case 'bundle_signature_invalid':
    case 'bundle_outdated':
    case 'bundle_not_for_this_policy':
      return permissionDenied;
    case 'peer_limit_exceeded':
    case 'rate_exceeded':
    case 'too_many_users':
      return tooMany;
    case 'record_not_kept':
    case 'bundle_not_kept':
    case 'identity_unavailable':
    case 'signing_keys_unavailable':
    case 'token_exchange_unavailable':
    case 'session_state_unknown':
    case 'peer_state_unknown':
    case 'callee_quarantined':
    case 'api_key_unavailable':
    case 'vault_unavailable':
    case 'database_unavailable':
      return unavailable;
  }
}

/** The only map from any error that a handler throws to a status; an unknown error says nothing of itself. */
export function statusOfError(error: unknown): PublicStatus {
  if (error instanceof ZeroTrustError) return statusOfReason(error.reason);
  if (error instanceof BusinessError) return { code: statusOfRefusal(error.refusal), details: error.message };
  return { code: status.INTERNAL, details: 'The service failed.' };
}

function statusOfRefusal(refusal: Refusal): status {
  switch (refusal) {
    case 'invalid':
      return status.INVALID_ARGUMENT;
    case 'not_found':
      return status.NOT_FOUND;
    case 'conflict':
      return status.ALREADY_EXISTS;
    case 'not_possible':
      return status.FAILED_PRECONDITION;
    case 'exhausted':
      return status.RESOURCE_EXHAUSTED;
    case 'unavailable':
      return status.UNAVAILABLE;
  }
}
