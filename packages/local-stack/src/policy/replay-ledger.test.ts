import { accessGraph, policyData } from '@zt/access-graph';
import type { DecisionRecord } from '@zt/kit/audit';
import { createOpaAuthorizer } from '@zt/kit/authz';
import { bundledData, type PolicyBundle, signPolicyBundle } from '@zt/kit/policy-bundle';
import { createTestCertificateAuthority, idOf, madeUpRecord } from '@zt/kit/testing';
import { policyWasm } from '@zt/policy';
import { expect, test } from 'vitest';
import { repositoryRoot } from '../commands/repository-root.ts';
import { replayLedger } from './replay-ledger.ts';

const here = { wasm: policyWasm, data: policyData(accessGraph) };
const authority = await createTestCertificateAuthority('zt.example');
const bundle: PolicyBundle = {
  version: 1,
  revision: 1,
  time: new Date().toISOString(),
  rules: { '/order.v1.OrderService/PlaceOrder': { observe: ['amount_over_limit'] } },
};
const statement = await signPolicyBundle(bundle, await authority.issueSvid({ spiffeId: idOf('operator') }));
const observing = await createOpaAuthorizer({ wasm: policyWasm, data: bundledData(here.data, bundle) });

test('what was decided while a bundle was in force is made again with it, and then without', async () => {
  const record: DecisionRecord = madeUpRecord({
    policyRevision: observing.revision,
    policyInput: { roles: [], blocked: false, callsInWindow: 1, usersInWindow: null },
    resource: { amount_minor_units: 10_000_00 },
    observed: ['amount_over_limit'],
  });
  const report = await replayLedger({
    ledger: { each: async (_since, take) => take(record), bundles: async () => [statement] },
    since: null,
    candidate: here,
    known: [here],
    root: repositoryRoot,
  });
  expect(report).toMatchObject({
    reproduced: 1,
    leftOut: [],
    flips: [{ to: 'refused', because: ['amount_over_limit'] }],
  });
});
