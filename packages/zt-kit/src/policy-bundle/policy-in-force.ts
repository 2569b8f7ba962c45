import type { Authorizer } from '../authz/authorizer.ts';
import { createOpaAuthorizer, type OpaAuthorizerOptions } from '../authz/opa-authorizer.ts';
import { ZeroTrustError } from '../errors.ts';
import type { IdentitySnapshot } from '../identity/identity-snapshot.ts';
import type { X509Source } from '../identity/x509-source.ts';
import type { PeerIdentity } from '../mtls/peer-verification.ts';
import { bundledData } from './bundled-data.ts';
import { readKeptBundle, writeKeptBundle } from './kept-bundle.ts';
import type { PolicyBundle } from './policy-bundle.ts';
import { type BundleTrust, type VerifiedBundle, verifyPolicyBundle } from './signed-bundle.ts';

/** The policy that decides: that of the access graph, with what the last good bundle says of modes. */
export interface PolicyInForce {
  /** Always the one in force: a decision is taken by one policy, and names its revision. */
  readonly authorizer: Authorizer;
  /** Verifies a bundle as if it were taken next. Throws a `ZeroTrustError` whose reason starts with `bundle_`. */
  verify(statement: string): Promise<VerifiedBundle>;
  /** Takes a bundle, unless it is the one in force. Never rejects: a bad one is told, and what was in force stays so. */
  take(statement: string): Promise<void>;
}

/** What became of a bundle. */
export interface BundleOutcome {
  /** Null where it could not even be read, or nobody known has signed it. */
  readonly bundle: PolicyBundle | null;
  readonly signedBy: PeerIdentity | null;
  /** Null where it was taken. */
  readonly refusal: ZeroTrustError | null;
  /** Of the policy in force afterwards. */
  readonly policyRevision: string;
}

export interface PolicyInForceOptions {
  readonly policy: OpaAuthorizerOptions;
  readonly source: X509Source;
  /** SPIFFE ID of the one who may sign bundles. */
  readonly signer: string;
  /** Where the last good bundle is kept over a restart, in a folder of the service's own. */
  readonly file: string;
  readonly onOutcome: (outcome: BundleOutcome) => Promise<void> | void;
}

/** Starts with the bundle that was taken last, or with the graph's own modes where there was none. */
export async function createPolicyInForce(options: PolicyInForceOptions): Promise<PolicyInForce> {
  const { policy, source, signer, file } = options;
  let current = await createOpaAuthorizer(policy);
  let inForce: { readonly statement: string; readonly revision: number } = { statement: '', revision: 0 };
  /** It is told again and again by whoever gives bundles out, and on record once. */
  let lastRefused = '';
  let taking: Promise<void> = Promise.resolve();

  async function prepare(
    statement: string,
    trust: Pick<BundleTrust, 'bundles'>,
    told: (verified: VerifiedBundle) => void = () => {},
  ): Promise<VerifiedBundle & { readonly authorizer: Authorizer }> {
    const verified = await verifyPolicyBundle(statement, { signer, bundles: trust.bundles });
    told(verified);
    const { revision } = verified.bundle;
    if (revision <= inForce.revision) {
      throw new ZeroTrustError('bundle_outdated', `revision ${revision} does not come after ${inForce.revision}`);
    }
    const authorizer = await createOpaAuthorizer({ ...policy, data: bundledData(policy.data, verified.bundle) });
    return { ...verified, authorizer };
  }

  async function takeWith(
    statement: string,
    trust: Pick<BundleTrust, 'bundles'>,
    keep: () => Promise<void>,
  ): Promise<void> {
    let seen: VerifiedBundle | null = null;
    try {
      const { bundle, authorizer } = await prepare(statement, trust, (verified) => {
        seen = verified;
      });
      await keep();
      current = authorizer;
      inForce = { statement, revision: bundle.revision };
      lastRefused = '';
      await tell(seen, null);
    } catch (error) {
      const refusal = refusalOf(error);
      // Room on the disk may come; whatever else is wrong with it stays so.
      lastRefused = refusal.reason === 'bundle_not_kept' ? '' : statement;
      await tell(seen, refusal);
    }
  }

  async function tell(seen: VerifiedBundle | null, refusal: ZeroTrustError | null): Promise<void> {
    const { bundle, signedBy } = seen ?? { bundle: null, signedBy: null };
    await options.onOutcome({ bundle, signedBy, refusal, policyRevision: current.revision });
  }

  async function takeKept(): Promise<void> {
    const found = await readKeptBundle(file).catch(async (cause: unknown) => {
      await tell(null, new ZeroTrustError('bundle_malformed', 'the bundle that was kept cannot be read', { cause }));
      return null;
    });
    if (found === null) return;
    const { statement, authorities } = found;
    await takeWith(statement, { bundles: new Map([[authorities.trustDomain, authorities]]) }, async () => {});
  }

  await takeKept();
  return {
    authorizer: {
      get revision() {
        return current.revision;
      },
      ruleFor: (method) => current.ruleFor(method),
      decide: (input) => current.decide(input),
    },
    verify: (statement) => prepare(statement, source.current()),
    take(statement) {
      taking = taking.then(async () => {
        if (statement === inForce.statement || statement === lastRefused) return;
        const snapshot = identityOf(source);
        // It comes again: without an identity nothing can be told of anybody's signature.
        if (snapshot === null) return;
        await takeWith(statement, snapshot, () => keepAt(file, statement, snapshot));
      });
      return taking;
    },
  };
}

async function keepAt(file: string, statement: string, { svid, bundles }: IdentitySnapshot): Promise<void> {
  const authorities = bundles.get(svid.spiffeId.trustDomain);
  if (authorities !== undefined) await writeKeptBundle(file, { statement, authorities });
}

function identityOf(source: X509Source): IdentitySnapshot | null {
  try {
    return source.current();
  } catch {
    return null;
  }
}

function refusalOf(error: unknown): ZeroTrustError {
  if (error instanceof ZeroTrustError) return error;
  return new ZeroTrustError('bundle_not_kept', 'the bundle could not be kept for the next start', { cause: error });
}
