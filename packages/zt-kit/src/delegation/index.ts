export { type ActClaim, actClaim, longestChain, parseDelegationChain } from './delegation-chain.ts';
export { foreignUserId } from './foreign-dialect.ts';
export {
  createNoticeVerifier,
  type NoticeVerifier,
  type NoticeVerifierOptions,
  type VerifiedNotice,
} from './notice.ts';
export type { PeerStanding, PeerWatch } from './peer-watch.ts';
export {
  claimsOfEvent,
  claimsOfPosition,
  type SecurityEvent,
  type StreamPosition,
  securityEventType,
} from './security-event.ts';
export { createSecurityEventReceiver, digestOfEvents, type SecurityEventReceiver } from './security-event-receiver.ts';
export {
  createSessionWatch,
  type FedSessionWatch,
  type SessionNews,
  type SessionStanding,
  type SessionWatch,
  type SessionWatchOptions,
} from './session-watch.ts';
export {
  createSigningKeySource,
  type SigningAlgorithm,
  type SigningKeySource,
  type SigningKeySourceOptions,
} from './signing-keys.ts';
export {
  createSubjectTokenVerifier,
  type SubjectTokenVerifier,
  type SubjectTokenVerifierOptions,
} from './subject-token.ts';
export type { TokenType, VerifiedToken } from './token-claims.ts';
export { createTokenExchange, type TokenExchange, type TokenExchangeRequest } from './token-exchange.ts';
export { parseUniqueJson } from './unique-json.ts';
export type {
  ForeignUserIssuer,
  IssuerAuthorities,
  IssuerRoles,
  IssuerScopes,
  IssuerSessionCheck,
  OwnUserIssuer,
  UserIssuer,
} from './user-issuer.ts';
export { algorithmOf, createUserTokenVerifier } from './user-tokens.ts';
export { createTokenVerifier, type TokenVerifier, type TokenVerifierOptions } from './verify-token.ts';
export { createWorkloadTokens, type WorkloadTokens } from './workload-tokens.ts';
