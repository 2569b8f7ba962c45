/** Who says which users there are: the provider of this system, or any other OpenID Connect issuer in its place. */
export type UserIssuer = OwnUserIssuer | ForeignUserIssuer;

/** This system's own provider: tokens are as RFC 9068 has them, and sessions are in the identity service's database. */
export interface OwnUserIssuer {
  readonly kind: 'own';
  readonly issuer: string;
}

/** An issuer that knows nothing of this system, and how what it says is to be read. */
export interface ForeignUserIssuer {
  readonly kind: 'foreign';
  /** As in its discovery document and in `iss`. */
  readonly issuer: string;
  readonly authorities: IssuerAuthorities;
  /** What tokens for this system have in `aud`; often a client id. */
  readonly audience: string;
  /** What may stand in `aud` beside it. */
  readonly otherAudiences: readonly string[];
  /** What the header's `typ` may be; undefined for a token without one. */
  readonly tokenTypes: readonly (string | undefined)[];
  readonly algorithm: 'ES256' | 'RS256';
  readonly longestLifeSeconds: number;
  /** These claims have to have just these values. */
  readonly requiredClaims: Readonly<Record<string, string | boolean>>;
  /** Claims that name a token, and a session. */
  readonly tokenIdClaim: string;
  readonly sessionClaim: string;
  readonly roles: IssuerRoles;
  readonly scopes: IssuerScopes;
  readonly session: IssuerSessionCheck;
}

/** Whose certificate the issuer has: one of the own trust domain, of the authorities that the system trusts, or of these (PEM). */
export type IssuerAuthorities = 'own-trust-domain' | 'system' | { readonly pem: string };

/** A claim with a text or a list of texts, and the roles that each of them stands for here. Others stand for none. */
export interface IssuerRoles {
  /** More than one where the claim is inside others. */
  readonly claim: readonly string[];
  readonly map: Readonly<Record<string, readonly string[]>>;
}

/** For which scopes a token counts: what it says itself, or, where the issuer knows no scopes, what the user's roles are good for. */
export type IssuerScopes =
  | { readonly claim: string }
  | { readonly byRole: Readonly<Record<string, readonly string[]>> };

/** How the identity service learns that a session still lives, at each exchange, and for how long it goes by the answer. */
export type IssuerSessionCheck =
  | {
      readonly check: 'introspection';
      readonly cacheSeconds: number;
      /** How it shows who asks (RFC 7662, section 2.1); null where the issuer wants nothing. */
      readonly client: { readonly id: string; readonly secretFile: string } | null;
    }
  | { readonly check: 'userinfo'; readonly cacheSeconds: number }
  | { readonly check: 'none-so-that-a-token-counts-until-it-expires' };
