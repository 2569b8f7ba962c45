export { bundledData } from './bundled-data.ts';
export { type BundleRule, longestStatement, type PolicyBundle, parsePolicyBundle } from './policy-bundle.ts';
export { signPolicyBundle, type VerifiedBundle, verifyPolicyBundle } from './signed-bundle.ts';
