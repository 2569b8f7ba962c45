import { ZeroTrustError } from '../errors.ts';
import { parseDelegationChain } from './delegation-chain.ts';

/** What a token says, once everything about it has been checked. */
export interface VerifiedToken {
  /** `jti`: the only name by which a token may be forbidden or recorded. */
  readonly id: string;
  /** A user's name, or in a workload's own token that workload's SPIFFE ID: no user's name begins like one. */
  readonly subject: string;
  readonly roles: readonly string[];
  /** Empty where there is no user. */
  readonly sessionId: string;
  readonly audience: string;
  readonly scopes: readonly string[];
  /** SPIFFE IDs, the one that acts now first; empty where nobody acts for the subject but itself. */
  readonly chain: readonly string[];
  readonly issuedAt: Date;
  readonly expiresAt: Date;
}

/**
 * `at+jwt`: a user's access token (RFC 9068). `obo+jwt`: one that the token exchange made, on behalf of a user or, where
 * nobody acts in it, in a workload's own name.
 */
export type TokenType = 'at+jwt' | 'obo+jwt';

type Claims = Readonly<Record<string, unknown>>;

const scopePattern = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/** Reads the claims of a token whose signature is good. Throws `token_malformed` where one is missing or of another shape. */
export function parseTokenClaims(type: TokenType, claims: Claims): VerifiedToken {
  if (claims.cnf !== undefined) throw malformed('token is bound to a key, which is not checked here');
  return Object.freeze({
    id: text(claims, 'jti'),
    ...(type === 'obo+jwt' && claims.act === undefined ? ownName(claims) : user(type, claims)),
    audience: audience(claims.aud),
    scopes: scopes(claims.scope),
    issuedAt: instant(claims, 'iat'),
    expiresAt: instant(claims, 'exp'),
  });
}

/** Whether a token's subject is a workload and not a user. */
export function isWorkload(subject: string): boolean {
  return subject.toLowerCase().startsWith('spiffe:');
}

/** When the token starts to be good; undefined where it does not say. */
export function notBefore(claims: Claims): Date | undefined {
  return claims.nbf === undefined ? undefined : instant(claims, 'nbf');
}

type Subject = Pick<VerifiedToken, 'subject' | 'roles' | 'sessionId' | 'chain'>;

function user(type: TokenType, claims: Claims): Subject {
  const subject = text(claims, 'sub');
  if (isWorkload(subject)) throw malformed('token for a user has a workload as its subject');
  if (type === 'at+jwt' && claims.act !== undefined) throw malformed('access token of a user has an act claim');
  return {
    subject,
    roles: roles(claims.roles),
    sessionId: text(claims, 'sid'),
    chain: type === 'at+jwt' ? [] : parseDelegationChain(claims.act),
  };
}

function ownName(claims: Claims): Subject {
  if (claims.sid !== undefined || claims.roles !== undefined) throw malformed('exchanged token has no act claim');
  const [subject = ''] = parseDelegationChain({ sub: claims.sub });
  return { subject, roles: [], sessionId: '', chain: [] };
}

function audience(value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new ZeroTrustError('token_audience_wrong', 'token does not have exactly one audience');
}

function scopes(value: unknown): readonly string[] {
  if (value === undefined || value === '') return [];
  if (typeof value !== 'string') throw malformed('scope claim is not a string');
  const list = value.split(' ');
  if (list.some((scope) => !scopePattern.test(scope)) || new Set(list).size !== list.length) {
    throw malformed('scope claim is not a list of different scopes');
  }
  return Object.freeze(list);
}

function roles(value: unknown): readonly string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value) || value.some((role) => typeof role !== 'string' || role === '')) {
    throw malformed('roles claim is not a list of strings');
  }
  return Object.freeze(value as string[]);
}

function text(claims: Claims, name: string): string {
  const value = claims[name];
  if (typeof value !== 'string' || value === '') throw malformed(`${name} claim is missing, empty or not a string`);
  return value;
}

function instant(claims: Claims, name: string): Date {
  const seconds = claims[name];
  if (typeof seconds !== 'number' || !Number.isSafeInteger(seconds) || seconds < 0 || seconds > 253_402_300_799) {
    throw malformed(`${name} claim is missing or not a whole number of seconds`);
  }
  return new Date(seconds * 1000);
}

function malformed(message: string): ZeroTrustError {
  return new ZeroTrustError('token_malformed', message);
}
