export type { Authorizer, MethodRule, PolicyDecision, PolicyInput, UserLimit } from './authorizer.ts';
export { type CallContext, requireUser, type User } from './call-context.ts';
export type { CallFacts } from './call-facts.ts';
export { createDecisions, type Decisions, RefusedCall } from './decisions.ts';
export { createOpaAuthorizer, type OpaAuthorizerOptions } from './opa-authorizer.ts';
export { createOwnContext, isOwnContext } from './own-context.ts';
export {
  type ObservableReason,
  type OnBehalfOf,
  ownScopesOf,
  type PolicyData,
  type PolicyMethod,
  type PolicyReason,
  tokenScopesOf,
} from './policy-data.ts';
export { isObservableReason, isPolicyReason } from './policy-reasons.ts';
export { reasonsOfPolicy } from './reasons-of-policy.ts';
export { inputOfRecord } from './recorded-input.ts';
export { decisionIdKey } from './refusal-status.ts';
export { traceIdOf, traceparentOf } from './trace-context.ts';
