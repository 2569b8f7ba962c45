import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accessGraph, policyData } from '@zt/access-graph';
import { createOpaAuthorizer } from '@zt/kit/authz';
import { policyWasm } from '@zt/policy';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { repositoryRoot } from '../commands/repository-root.ts';
import { findPolicies } from './find-policies.ts';
import { type Policy, readPolicyOfCheckout, readPolicyOfRevision } from './read-policy.ts';

const here: Policy = { wasm: policyWasm, data: policyData(accessGraph) };
const graphFile = 'packages/access-graph/src/access-graph.ts';
let root: string;

function git(...args: string[]): void {
  const settings = ['-c', 'user.name=test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false'];
  execFileSync('git', ['-C', root, ...settings, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
}

async function commit(tag: string, change: (text: string) => string): Promise<void> {
  const path = join(root, graphFile);
  await writeFile(path, change(await readFile(path, 'utf8')));
  git('add', '--all');
  git('commit', '--quiet', '--allow-empty', '--message', tag);
  git('tag', tag);
}

const revisionOf = async (policy: Policy) => (await createOpaAuthorizer(policy)).revision;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'zt-policies-'));
  for (const name of ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE']) vi.stubEnv(name, undefined);
  git('init', '--quiet');
  await mkdir(join(root, 'packages/policy'), { recursive: true });
  await cp(join(repositoryRoot, 'packages/access-graph/src'), join(root, 'packages/access-graph/src'), {
    recursive: true,
  });
  await writeFile(join(root, 'packages/access-graph/package.json'), '{ "type": "module" }');
  await writeFile(join(root, 'packages/policy/policy.wasm'), policyWasm);
  await commit('same', (text) => text);
  await commit('wider', (text) => text.replace("roles: ['finance'],", ''));
  await commit('faulty', (text) => text.replace("entryPoint: 'gateway'", "entryPoint: 'getaway'"));
  await commit('newest', (text) => text.replace("entryPoint: 'getaway'", "entryPoint: 'gateway'"));
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(root, { recursive: true });
});

test('the policy of a revision, and of a checkout, is the one that its services have', async () => {
  expect(await revisionOf(await readPolicyOfRevision(root, 'same'))).toBe(await revisionOf(here));
  expect(await revisionOf(await readPolicyOfCheckout(root))).toBe(
    await revisionOf(await readPolicyOfRevision(root, 'wider')),
  );
});

test('a policy is found by what records call it, however far back, past revisions that cannot be read', async () => {
  const wanted = await revisionOf(here);
  const found = await findPolicies(root, new Set([wanted, 'd1ce96b358ad']));
  expect([...found.keys()]).toEqual([wanted]);
});

test('where there is no policy, it is said', async () => {
  await expect(readPolicyOfRevision(root, 'faulty')).rejects.toThrow(
    'the policy of the revision faulty cannot be read',
  );
  await expect(readPolicyOfCheckout(join(root, 'packages'))).rejects.toThrow('is no checkout whose policy can be read');
});
