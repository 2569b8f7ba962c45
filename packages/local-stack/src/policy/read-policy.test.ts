import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { accessGraph, policyData } from '@zt/access-graph';
import { createOpaAuthorizer } from '@zt/kit/authz';
import { policyWasm } from '@zt/policy';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createGraphHistory, type GraphHistory } from '../revision/testing/graph-history.ts';
import { findPolicies } from './find-policies.ts';
import { type Policy, readPolicyOfCheckout, readPolicyOfRevision } from './read-policy.ts';

const here: Policy = { wasm: policyWasm, data: policyData(accessGraph) };
let history: GraphHistory;
let root: string;

const revisionOf = async (policy: Policy) => (await createOpaAuthorizer(policy)).revision;

beforeAll(async () => {
  history = await createGraphHistory();
  root = history.root;
  await mkdir(join(root, 'packages/policy'));
  await writeFile(join(root, 'packages/access-graph/package.json'), '{ "type": "module" }');
  await writeFile(join(root, 'packages/policy/policy.wasm'), policyWasm);
  await history.commit('same', (text) => text);
  await history.commit('wider', (text) => text.replace("roles: ['finance'],", ''));
  await history.commit('faulty', (text) => text.replace("entryPoint: 'gateway'", "entryPoint: 'getaway'"));
  await history.commit('newest', (text) => text.replace("entryPoint: 'getaway'", "entryPoint: 'gateway'"));
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await history.remove();
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
