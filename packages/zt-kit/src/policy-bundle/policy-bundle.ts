import { z } from 'zod';
import type { ObservableReason } from '../authz/policy-data.ts';
import { ZeroTrustError } from '../errors.ts';

/** What of policy changes at run time: of the methods that are named, which reasons are observed and which enforced. */
export interface PolicyBundle {
  readonly version: 1;
  /** Each that is published has a greater one than those before. */
  readonly revision: number;
  /** RFC 3339: when it was signed. */
  readonly time: string;
  /** By full name of the method, in the place of what the access graph says; methods that are left out stay with the graph. */
  readonly rules: Readonly<Record<string, BundleRule>>;
}

export interface BundleRule {
  /** Reasons that are recorded and don't refuse; whatever is not in it is enforced. */
  readonly observe: readonly ObservableReason[];
}

/** With its signature; a rule for each method of a large system fits in several times. */
export const longestStatement = 256 * 1024;

const bundle = z.strictObject({
  version: z.literal(1),
  revision: z.int().min(1),
  time: z.iso.datetime(),
  rules: z.record(z.string(), z.strictObject({ observe: z.array(z.string()).max(64) })),
});

/** Reads what was signed. Whether methods and reasons exist only a policy can tell. Throws `bundle_malformed`. */
export function parsePolicyBundle(value: unknown): PolicyBundle {
  const parsed = bundle.safeParse(value);
  if (!parsed.success) throw new ZeroTrustError('bundle_malformed', 'what is signed is no policy bundle');
  return parsed.data as PolicyBundle;
}
