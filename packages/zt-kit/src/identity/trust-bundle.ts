import type { X509Certificate } from 'node:crypto';
import { parseCertificates } from './der-certificates.ts';

/** The certificate authorities of one trust domain (SPIFFE X.509-SVID, section 5; bundle format, section 4). */
export interface TrustBundle {
  readonly trustDomain: string;
  readonly x509Authorities: readonly X509Certificate[];
}

/** Reads a bundle of concatenated DER certificates, as the Workload API sends it. Throws a `TypeError`. */
export function parseTrustBundle(trustDomain: string, der: Uint8Array): TrustBundle {
  const x509Authorities = parseCertificates(der);
  for (const authority of x509Authorities) {
    if (!authority.ca) throw new TypeError(`bundle of ${trustDomain} holds a certificate that is not an authority`);
  }
  return Object.freeze({ trustDomain, x509Authorities: Object.freeze(x509Authorities) });
}

/** Both bundles' authorities, each once. */
export function joinTrustBundles(first: TrustBundle, second: TrustBundle): TrustBundle {
  if (first.trustDomain !== second.trustDomain) throw new TypeError('only bundles of one trust domain can be joined');
  const known = new Set(first.x509Authorities.map((authority) => authority.fingerprint256));
  const added = second.x509Authorities.filter((authority) => !known.has(authority.fingerprint256));
  return Object.freeze({
    trustDomain: first.trustDomain,
    x509Authorities: Object.freeze([...first.x509Authorities, ...added]),
  });
}
