import type { JWTBundlesResponse, X509BundlesResponse, X509SVIDResponse } from '@zt/proto/workload-api';
import type { TrustBundle } from '../../identity/trust-bundle.ts';
import type { DevelopmentBundle, IssuedX509Svid } from './development-authority.ts';

/** The bundle of the own trust domain, and those of others. */
export interface KnownBundles {
  readonly own: DevelopmentBundle;
  readonly federated: readonly DevelopmentBundle[];
}

/** SPIFFE Workload API, section 5.2.1. The first SVID is the default one. */
export function x509SvidResponse(svids: readonly IssuedX509Svid[], bundles: KnownBundles): X509SVIDResponse {
  const bundle = derOf(bundles.own);
  return {
    svids: svids.map(({ spiffeId, chainDer, keyDer, hint }) => ({
      spiffeId,
      x509Svid: chainDer,
      x509SvidKey: keyDer,
      bundle,
      hint,
    })),
    crl: [],
    federatedBundles: byTrustDomain(bundles.federated, derOf),
  };
}

/** Section 5.2.2. */
export function x509BundlesResponse({ own, federated }: KnownBundles): X509BundlesResponse {
  return { crl: [], bundles: byTrustDomain([own, ...federated], derOf) };
}

/** Section 6.2.2. */
export function jwtBundlesResponse({ own, federated }: KnownBundles): JWTBundlesResponse {
  return { bundles: byTrustDomain([own, ...federated], keySetOf) };
}

function byTrustDomain(
  bundles: readonly DevelopmentBundle[],
  encode: (bundle: DevelopmentBundle) => Buffer,
): Record<string, Buffer> {
  return Object.fromEntries(bundles.map((bundle) => [`spiffe://${bundle.trustDomain}`, encode(bundle)]));
}

function derOf({ x509Authorities }: TrustBundle): Buffer {
  return Buffer.concat(x509Authorities.map(({ raw }) => raw));
}

/**
 * A standard JSON Web Key Set, as section 6.2.2 asks for and SPIRE sends it: without the use `jwt-svid` that the keys
 * have in a SPIFFE bundle, and that makes common libraries pass over them.
 */
function keySetOf({ jwtKeys }: DevelopmentBundle): Buffer {
  return Buffer.from(JSON.stringify({ keys: jwtKeys.map(({ use: _, ...key }) => key) }));
}
