export { type ActClaim, actClaim, longestChain, parseDelegationChain } from './delegation-chain.ts';
export {
  createNoticeVerifier,
  type NoticeVerifier,
  type NoticeVerifierOptions,
  type VerifiedNotice,
} from './notice.ts';
export type { SessionStanding, SessionWatch } from './session-watch.ts';
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
export { createTokenVerifier, type TokenVerifier, type TokenVerifierOptions } from './verify-token.ts';
export { createWorkloadTokens, type WorkloadTokens } from './workload-tokens.ts';
