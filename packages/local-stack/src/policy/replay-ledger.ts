import { type Authorizer, createOpaAuthorizer } from '@zt/kit/authz';
import { bundledData, type PolicyBundle } from '@zt/kit/policy-bundle';
import type { LedgerReader } from '../ledger/read-ledger.ts';
import { findPolicies } from './find-policies.ts';
import type { Policy } from './read-policy.ts';
import { createReplayer, type ReplayReport } from './replay-report.ts';
import { readBundle } from './rules-in-force.ts';

export interface LedgerReplay {
  readonly ledger: Pick<LedgerReader, 'each' | 'bundles'>;
  /** Only decisions from this moment on; all for null. */
  readonly since: Date | null;
  readonly candidate: Policy;
  /** Policies that may have decided, besides the candidate and those in the git history of the checkout at `root`. */
  readonly known: readonly Policy[];
  readonly root: string;
}

/** Replays the decisions of a ledger: first with the policies that made them, then with another one. */
export async function replayLedger({ ledger, since, candidate, known, root }: LedgerReplay): Promise<ReplayReport> {
  const wanted = new Set<string>();
  await ledger.each(since, ({ kind, policyInput, policyRevision }) => {
    if (kind === 'call' && policyInput != null) wanted.add(policyRevision);
  });
  const tried = await createOpaAuthorizer(candidate);
  const recorded = new Map<string, Authorizer>([[tried.revision, tried]]);
  const bundles = (await ledger.bundles()).map(readBundle);
  for (const policy of known.flatMap((each) => [each, ...bundled(each, bundles)])) {
    const authorizer = await createOpaAuthorizer(policy);
    recorded.set(authorizer.revision, authorizer);
  }
  const missing = new Set([...wanted].filter((revision) => !recorded.has(revision)));
  if (missing.size > 0) {
    for (const found of await findPolicies(root, missing, (policy) => bundled(policy, bundles))) recorded.set(...found);
  }
  const replayer = createReplayer({ candidate: tried, recorded });
  await ledger.each(since, replayer.see);
  return replayer.report();
}

/** The policy as each bundle changed it. What a bundle was not for it can't have changed. */
function bundled({ wasm, data }: Policy, bundles: readonly PolicyBundle[]): Policy[] {
  return bundles.flatMap((bundle) => {
    try {
      return [{ wasm, data: bundledData(data, bundle) }];
    } catch {
      return [];
    }
  });
}
