import { EventEmitter } from 'node:events';
import type { JWK } from 'jose';
import { parseSpiffeId } from '../../identity/spiffe-id.ts';
import { joinTrustBundles, type TrustBundle } from '../../identity/trust-bundle.ts';
import { createTestCertificateAuthority, type TestCertificateAuthority } from '../certificate-authority.ts';
import { type AuthorityRoll, createAuthorityRoll, type RollStep } from './authority-roll.ts';
import { createJwtAuthority, type JwtAuthority } from './jwt-authority.ts';

/** Whose key a roll replaces: the one that signs certificates, or the one that signs JWT-SVIDs. */
export type AuthorityKind = 'x509' | 'jwt';

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
  /** Whose key signed it. */
  readonly authorityId: string;
  readonly lifeMs: number;
}

/** What happened to an authority that those who have SVIDs of it should hear of. */
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
 * Its keys are in memory only, so that they end with the process.
 */
export interface DevelopmentAuthority {
  readonly trustDomain: string;
  /** All roots that are trusted now, prepared and tainted ones too, and the keys of JWT-SVIDs. */
  bundle(): DevelopmentBundle;
  /**
   * The four steps of a roll, as `spire-server localauthority` has them; a step out of order is an error that says
   * which comes next. `prepare` trusts a new key, in place of one that was only prepared; `activate` signs with it, `taint` has whoever holds an X.509-SVID of
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
  /**
   * What is issued and validated from now on is so as if the authority's clock were this far off; 0 puts it right.
   * Nothing is issued anew by itself: `rotate` the workloads for that.
   */
  skewClock(ms: number): void;
  /** The authority's time, which need not be ours. */
  now(): Date;
  issueX509Svid(identity: DevelopmentIdentity, ttlSeconds?: number): Promise<IssuedX509Svid>;
  issueJwtSvid(spiffeId: string, audience: readonly string[]): Promise<string>;
  onChange(listener: (change: AuthorityChange) => void): () => void;
}

const yearSeconds = 365 * 24 * 3_600;
/** SPIRE's certificates begin this much earlier than they are issued, for clocks that are behind. */
const notBeforeCushionMs = 10_000;

interface X509Authority {
  readonly id: string;
  readonly authority: TestCertificateAuthority;
  readonly notAfterMs: number;
}

export async function createDevelopmentAuthority({
  trustDomain,
  svidTtlSeconds,
  authorityTtlSeconds = yearSeconds,
  jwtTtlSeconds = 300,
}: DevelopmentAuthorityOptions): Promise<DevelopmentAuthority> {
  const changes = new EventEmitter<{ change: [AuthorityChange] }>().setMaxListeners(0);
  const foreign = new Map<string, DevelopmentBundle>();
  let skewMs = 0;
  const nowMs = (): number => Date.now() + skewMs;

  async function createX509Authority(): Promise<X509Authority> {
    const notAfterMs = nowMs() + authorityTtlSeconds * 1_000;
    const authority = await createTestCertificateAuthority(trustDomain, { notAfter: new Date(notAfterMs) });
    return { id: authority.keyId, authority, notAfterMs };
  }

  const x509 = createAuthorityRoll(await createX509Authority());
  const jwt = createAuthorityRoll(await createJwtAuthority());
  const rollOf = (kind: AuthorityKind): AuthorityRoll<X509Authority> | AuthorityRoll<JwtAuthority> =>
    kind === 'x509' ? x509 : jwt;
  const bundleChanged = (kind: AuthorityKind): boolean => changes.emit('change', `${kind}_bundle`);

  function checkOwn(spiffeId: string): void {
    const parsed = parseSpiffeId(spiffeId);
    if (parsed.trustDomain !== trustDomain || parsed.path === '') {
      throw new TypeError(`${spiffeId} is no workload of trust domain ${trustDomain}`);
    }
  }

  return {
    trustDomain,
    bundle: () => ({
      ...x509
        .trusted()
        .map(({ authority }) => authority.bundle)
        .reduce(joinTrustBundles),
      jwtKeys: jwt.trusted().map(({ jwk }) => jwk),
    }),
    async prepare(kind = 'x509') {
      const { id } = await (kind === 'x509' ? x509.prepare(createX509Authority) : jwt.prepare(createJwtAuthority));
      bundleChanged(kind);
      return id;
    },
    activate: async (kind = 'x509') => rollOf(kind).activate().id,
    async taint(kind = 'x509') {
      const { id } = rollOf(kind).taint();
      // JWT-SVIDs are issued when they are asked for: nobody holds one for us to replace.
      if (kind === 'x509') changes.emit('change', 'x509_tainted');
      return id;
    },
    async revoke(kind = 'x509') {
      const { id } = rollOf(kind).revoke();
      bundleChanged(kind);
      return id;
    },
    nextStep: (kind = 'x509') => rollOf(kind).next(),
    activeId: (kind = 'x509') => rollOf(kind).active().id,
    federate(bundle) {
      if (bundle.trustDomain === trustDomain) throw new TypeError('a trust domain is not federated with itself');
      foreign.set(bundle.trustDomain, { ...bundle, jwtKeys: bundle.jwtKeys ?? [] });
      bundleChanged('x509');
      bundleChanged('jwt');
    },
    endFederation(other) {
      if (!foreign.delete(other)) return;
      bundleChanged('x509');
      bundleChanged('jwt');
    },
    federated: () => [...foreign.values()],
    skewClock(ms) {
      skewMs = ms;
    },
    now: () => new Date(nowMs()),
    async issueX509Svid({ spiffeId, dnsNames = [], hint = '', ttlSeconds }, seconds = ttlSeconds ?? svidTtlSeconds) {
      checkOwn(spiffeId);
      const { id, authority, notAfterMs } = x509.active();
      const issuedMs = nowMs();
      const endMs = Math.min(issuedMs + seconds * 1_000, notAfterMs);
      const [notBefore, notAfter] = [new Date(issuedMs - notBeforeCushionMs), new Date(endMs)];
      const leaf = await authority.issue({ spiffeId, dnsNames, notBefore, notAfter });
      return { spiffeId, hint, ...leaf, authorityId: id, lifeMs: endMs - issuedMs };
    },
    async issueJwtSvid(spiffeId, audience) {
      checkOwn(spiffeId);
      const issuedAt = new Date(nowMs());
      const expiresAt = new Date(nowMs() + jwtTtlSeconds * 1_000);
      return await jwt.active().sign({ spiffeId, audience, issuedAt, expiresAt });
    },
    onChange(listener) {
      changes.on('change', listener);
      return () => changes.off('change', listener);
    },
  };
}
