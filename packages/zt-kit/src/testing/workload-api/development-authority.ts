import type { JWK } from 'jose';
import type { TrustBundle } from '../../identity/trust-bundle.ts';

/** Whose key a roll replaces: the one that signs certificates, or the one that signs JWT-SVIDs. */
export type AuthorityKind = 'x509' | 'jwt';

/** The next step of a roll; after `revoke` the next roll may begin. */
export type RollStep = 'prepare' | 'activate' | 'taint' | 'revoke';

/** What verifies the SVIDs of a trust domain (SPIFFE Trust Domain and Bundle, section 4). */
export interface DevelopmentBundle extends TrustBundle {
  readonly jwtKeys: readonly JWK[];
}

/** Who a workload is to be, as a registration entry says it. */
export interface DevelopmentIdentity {
  readonly spiffeId: string;
  readonly dnsNames?: readonly string[];
  readonly hint?: string;
  /** Of its X.509-SVIDs; the authority's otherwise. */
  readonly ttlSeconds?: number;
}

/** An X.509-SVID as the Workload API sends it. */
export interface IssuedX509Svid {
  readonly spiffeId: string;
  readonly hint: string;
  /** Concatenated DER, the leaf first. */
  readonly chainDer: Buffer;
  /** PKCS#8, DER. */
  readonly keyDer: Buffer;
  /** Whose certificate signed it. */
  readonly authorityId: string;
  readonly lifeMs: number;
}

export type AuthorityChange = 'x509_bundle' | 'jwt_bundle' | 'x509_tainted';

export interface DevelopmentAuthorityOptions {
  readonly trustDomain: string;
  readonly svidTtlSeconds: number;
  /** Of each root; a year otherwise. Nothing rolls by itself, and no SVID outlives its root. */
  readonly authorityTtlSeconds?: number;
  /** Of JWT-SVIDs; five minutes otherwise, as SPIRE has it. */
  readonly jwtTtlSeconds?: number;
}

/**
 * Issues SVIDs for development and tests as SPIRE's server does: certificates with ECDSA P-256, tokens with ES256.
 * Its keys are in memory only, so that its life is the process's.
 */
export interface DevelopmentAuthority {
  readonly trustDomain: string;
  /** All roots that are trusted now, prepared and tainted ones too, and the keys of JWT-SVIDs. */
  bundle(): DevelopmentBundle;
  /**
   * The four steps of a roll, as `spire-server localauthority` has them; a step out of order is an error that says
   * which comes next. `prepare` trusts a new key, `activate` signs with it, `taint` has whoever holds an SVID of
   * the old one get another at once, `revoke` trusts the old one no more. Each gives the id of the key it is about.
   */
  prepare(kind?: AuthorityKind): Promise<string>;
  activate(kind?: AuthorityKind): Promise<string>;
  taint(kind?: AuthorityKind): Promise<string>;
  revoke(kind?: AuthorityKind): Promise<string>;
  nextStep(kind?: AuthorityKind): RollStep;
  /** The id of the key that signs. */
  activeId(kind?: AuthorityKind): string;
  /** Gives this bundle of another trust domain to all workloads, in place of the one that they had of it. */
  federate(bundle: TrustBundle & { readonly jwtKeys?: readonly JWK[] }): void;
  endFederation(trustDomain: string): void;
  federated(): readonly DevelopmentBundle[];
  /** What is issued and validated from now on is so as if the authority's clock were this far off. */
  skewClock(ms: number): void;
  issueX509Svid(identity: DevelopmentIdentity, ttlSeconds?: number): Promise<IssuedX509Svid>;
  issueJwtSvid(spiffeId: string, audience: readonly string[]): Promise<string>;
  onChange(listener: (change: AuthorityChange) => void): () => void;
}

export function createDevelopmentAuthority(_options: DevelopmentAuthorityOptions): Promise<DevelopmentAuthority> {
  return Promise.reject(new Error('not built yet'));
}
