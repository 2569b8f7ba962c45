import { ZeroTrustError } from '@zt/kit/errors';
import type { VerifiedBundle } from '@zt/kit/policy-bundle';
import type { BundleStore } from './bundle-store.ts';

export interface PublishOptions {
  readonly store: Pick<BundleStore, 'add'>;
  /** As a service does that takes it. */
  readonly verify: (statement: string) => Promise<VerifiedBundle>;
  readonly now: Date;
}

/** Clocks differ; what was signed longer ago may be signed with a key that has been given up since. */
const longestAgeMs = 60_000;

/** Keeps a bundle, and gives its revision. Throws a `ZeroTrustError` whose reason starts with `bundle_`. */
export async function publishBundle(statement: string, { store, verify, now }: PublishOptions): Promise<number> {
  const { bundle, signedBy } = await verify(statement);
  const ageMs = Math.abs(now.getTime() - Date.parse(bundle.time));
  if (ageMs > longestAgeMs || signedBy.notAfter <= now) {
    throw new ZeroTrustError('bundle_outdated', `it was signed at ${bundle.time}, which is not now`);
  }
  if (await store.add(bundle.revision, statement, now)) return bundle.revision;
  throw new ZeroTrustError('bundle_outdated', `a bundle of revision ${bundle.revision} or later is published already`);
}
