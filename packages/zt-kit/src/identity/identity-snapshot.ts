import type { X509Certificate } from 'node:crypto';
import type { TrustBundle } from './trust-bundle.ts';
import type { X509Svid } from './x509-svid.ts';

/** Who this workload is and whom it trusts, at one moment. Never changed: a rotation gives a new one. */
export interface IdentitySnapshot {
  readonly svid: X509Svid;
  /** By trust domain; the own one is always among them. */
  readonly bundles: ReadonlyMap<string, TrustBundle>;
}

/** Throws a `TypeError` where the SVID's own trust domain has no bundle. */
export function createIdentitySnapshot(svid: X509Svid, bundles: Iterable<TrustBundle>): IdentitySnapshot {
  const byTrustDomain = new Map([...bundles].map((bundle) => [bundle.trustDomain, bundle]));
  if ((byTrustDomain.get(svid.spiffeId.trustDomain)?.x509Authorities.length ?? 0) === 0) {
    throw new TypeError(`no authority for the own trust domain ${svid.spiffeId.trustDomain}`);
  }
  return Object.freeze({ svid, bundles: byTrustDomain });
}

/** Those of the own trust domain. Not the federated ones: they could make a certificate for any DNS name. */
export function ownAuthorities({ svid, bundles }: IdentitySnapshot): readonly X509Certificate[] {
  return bundles.get(svid.spiffeId.trustDomain)?.x509Authorities ?? [];
}
