import { ZeroTrustError } from '../errors.ts';
import type { TokenDialect } from './subject-token.ts';
import type { ForeignUserIssuer, IssuerRoles, IssuerScopes } from './user-issuer.ts';

type Claims = Readonly<Record<string, unknown>>;

/** Reads a foreign issuer's tokens as those of this system. What its settings do not name is not looked at. */
export function foreignDialect(issuer: ForeignUserIssuer): TokenDialect {
  return {
    types: issuer.tokenTypes,
    algorithm: issuer.algorithm,
    longestLifeSeconds: issuer.longestLifeSeconds,
    translate(claims) {
      checkRequired(claims, issuer.requiredClaims);
      const roles = rolesOf(claims, issuer.roles);
      const { iss, sub, iat, exp, nbf, cnf, act } = claims;
      return {
        iss,
        iat,
        exp,
        nbf,
        cnf,
        act,
        jti: claims[issuer.tokenIdClaim],
        sid: claims[issuer.sessionClaim],
        sub: foreignUserId(issuer.issuer, sub),
        aud: audienceOf(claims.aud, issuer),
        roles,
        scope: scopeOf(claims, roles, issuer.scopes),
      };
    },
  };
}

/**
 * A user's name here: `<issuer>#<sub>`. A subject is unique at its issuer only (OpenID Connect Core, section 5.7), so a
 * foreign alice never is the own one, neither in an order nor in a record. An issuer's URL has no `#`: the first one parts
 * the two.
 */
export function foreignUserId(issuer: string, subject: unknown): string {
  if (typeof subject !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(subject)) {
    throw malformed('sub claim is missing, or not a name of up to 255 ASCII characters');
  }
  return `${issuer}#${subject}`;
}

function checkRequired(claims: Claims, required: ForeignUserIssuer['requiredClaims']): void {
  const wrong = Object.entries(required).find(
    ([name, value]) => !Object.hasOwn(claims, name) || claims[name] !== value,
  );
  if (wrong !== undefined) {
    throw new ZeroTrustError('token_type_wrong', `token does not have the required value of its claim ${wrong[0]}`);
  }
}

/** Every audience has to be known: one that is not might hand the token on to here. */
function audienceOf(value: unknown, { audience, otherAudiences }: ForeignUserIssuer): unknown {
  if (!Array.isArray(value)) return value;
  const known = value.every((each) => each === audience || otherAudiences.includes(each));
  return known && value.includes(audience) ? audience : undefined;
}

function rolesOf(claims: Claims, { claim, map }: IssuerRoles): readonly string[] {
  const value = claim.reduce<unknown>(memberOf, claims);
  if (value === undefined) return [];
  const names: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (!names.every((name) => typeof name === 'string')) throw malformed('the claim of roles holds no texts');
  return [...new Set(names.flatMap((name) => (Object.hasOwn(map, name) ? (map[name] ?? []) : [])))];
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, name) ? (value as Claims)[name] : undefined;
}

function scopeOf(claims: Claims, roles: readonly string[], scopes: IssuerScopes): unknown {
  if ('claim' in scopes) return claims[scopes.claim];
  return [...new Set(roles.flatMap((role) => scopes.byRole[role] ?? []))].join(' ');
}

function malformed(message: string): ZeroTrustError {
  return new ZeroTrustError('token_malformed', message);
}
