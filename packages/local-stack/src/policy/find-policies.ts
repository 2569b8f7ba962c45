import { type Authorizer, createOpaAuthorizer } from '@zt/kit/authz';
import { git } from '../revision/git.ts';
import { folderOfGraph } from '../revision/run-revision.ts';
import { type Policy, readPolicyOfRevision } from './read-policy.ts';

const folders = [`${folderOfGraph}/src`, 'packages/policy/policy.wasm'];

/** Each is run in a process of its own, for some tenths of a second. */
const mostTried = 40;

/**
 * Looks in the git history of the checkout at `root`, from now backwards, for the policies of these revisions as records
 * name them, as they are and as `variantsOf` gives them changed. What is not found is left out: nobody knows any more what decided there, or it was never committed.
 */
export async function findPolicies(
  root: string,
  wanted: ReadonlySet<string>,
  variantsOf: (policy: Policy) => readonly Policy[] = () => [],
): Promise<ReadonlyMap<string, Authorizer>> {
  const found = new Map<string, Authorizer>();
  for (const commit of await commitsToTry(root)) {
    if ([...wanted].every((revision) => found.has(revision))) break;
    const policy = await readPolicyOfRevision(root, commit).catch(() => null);
    if (policy === null) continue;
    for (const variant of [policy, ...variantsOf(policy)]) {
      const authorizer = await createOpaAuthorizer(variant).catch(() => null);
      if (authorizer !== null && wanted.has(authorizer.revision)) found.set(authorizer.revision, authorizer);
    }
  }
  return found;
}

/** The last commits that changed what policies are made of; none where there is no git history. */
async function commitsToTry(root: string): Promise<readonly string[]> {
  const log = await git(root, ['log', '--format=%H', `--max-count=${mostTried}`, '--', ...folders]).catch(() => '');
  return log.split('\n').filter((line) => line !== '');
}
