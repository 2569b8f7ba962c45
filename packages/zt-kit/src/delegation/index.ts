export { type ActClaim, actClaim, longestChain, parseDelegationChain } from './delegation-chain.ts';
export { createSigningKeySource, type SigningKeySource, type SigningKeySourceOptions } from './signing-keys.ts';
export {
  createSubjectTokenVerifier,
  type SubjectTokenVerifier,
  type SubjectTokenVerifierOptions,
} from './subject-token.ts';
export type { TokenType, VerifiedToken } from './token-claims.ts';
export { createTokenExchange, type TokenExchange, type TokenExchangeRequest } from './token-exchange.ts';
export { createTokenVerifier, type TokenVerifier, type TokenVerifierOptions } from './verify-token.ts';
