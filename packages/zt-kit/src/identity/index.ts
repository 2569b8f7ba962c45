export { createIdentitySnapshot, type IdentitySnapshot, ownAuthorities } from './identity-snapshot.ts';
export { parseSpiffeId, type SpiffeId } from './spiffe-id.ts';
export { joinTrustBundles, parseTrustBundle, type TrustBundle } from './trust-bundle.ts';
export type { X509Source } from './x509-source.ts';
export { parseX509Svid, pemOfX509Svid, spiffeIdOfLeaf, type X509Svid } from './x509-svid.ts';
