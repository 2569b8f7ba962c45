import { accessGraph, policyData } from '@zt/access-graph';
import { createOpaAuthorizer, type PolicyData } from '@zt/kit/authz';
import { bundledData } from '@zt/kit/policy-bundle';
import { madeUpRecord } from '@zt/kit/testing';
import { policyWasm } from '@zt/policy';
import { expect, test } from 'vitest';
import { parseRules } from './parse-rules.ts';
import { promotionFaults } from './promotion-fault.ts';
import { createReplayer } from './replay-report.ts';
import { observedBy, promoted } from './rules-in-force.ts';

const placeOrder = '/order.v1.OrderService/PlaceOrder';
const listOrders = '/order.v1.OrderService/ListOrders';
const observing = bundledData(policyData(accessGraph), {
  rules: {
    [placeOrder]: { observe: ['amount_over_limit', 'rate_exceeded'] },
    [listOrders]: { observe: ['chain_not_allowed'] },
  },
});
const all = { method: null, reason: null };
const policyOf = (data: PolicyData) => createOpaAuthorizer({ wasm: policyWasm, data });
const before = await policyOf(observing);
const rules = promoted(observing, {}, { method: placeOrder, reason: 'amount_over_limit' });
const candidate = await policyOf(bundledData(observing, { rules }));

const call = madeUpRecord({
  policyRevision: before.revision,
  policyInput: { roles: [], blocked: false, callsInWindow: 1, usersInWindow: null },
  resource: { amount_minor_units: 1 },
});
const tooMuch = {
  ...call,
  resource: { amount_minor_units: 10_000_00 },
  observed: ['amount_over_limit'],
  decisionId: 'too much',
};

function faultsOf(records: readonly (typeof call)[], given: { illegitimate?: string[]; unseen?: boolean } = {}) {
  const replayer = createReplayer({ candidate, recorded: new Map([[before.revision, before]]) });
  for (const record of records) replayer.see(record);
  return promotionFaults(replayer.report(), { rules, illegitimate: [], unseen: false, ...given });
}

test('a promotion enforces what it is about, and leaves the rest as it is', () => {
  expect(rules).toEqual({ [placeOrder]: { observe: ['rate_exceeded'] } });
  expect(promoted(observing, rules, all)).toEqual({ [placeOrder]: { observe: [] }, [listOrders]: { observe: [] } });
  expect(observedBy(bundledData(observing, { rules: promoted(observing, {}, all) }))).toEqual({});
});

test('where calls that were allowed would be refused nothing is enforced, unless they were no good', () => {
  expect(faultsOf([call])).toEqual([]);
  expect(faultsOf([call, tooMuch])).toEqual([
    '1 calls of gateway to order.v1.OrderService/PlaceOrder would be refused: amount_over_limit (such as decision too much)',
  ]);
  expect(faultsOf([call, tooMuch], { illegitimate: ['gateway'] })).toEqual([]);
});

test('what was not seen, or could not be made again, speaks against it too', () => {
  expect(faultsOf([])).toEqual(['nobody called order.v1.OrderService/PlaceOrder in that time']);
  expect(faultsOf([], { unseen: true })).toEqual([]);
  expect(faultsOf([call, { ...call, policyRevision: 'd1ce96b358ad' }])).toEqual([
    '1 decisions could not be made again: policy not found',
  ]);
});

test('a file of rules names methods as the graph does, and says what is wrong with it', () => {
  expect(parseRules(accessGraph, '{ "order.PlaceOrder": { "observe": ["rate_exceeded"] } }')).toEqual({
    [placeOrder]: { observe: ['rate_exceeded'] },
  });
  expect(() => parseRules(accessGraph, '[]')).toThrow('the file is no list of rules');
  expect(() => parseRules(accessGraph, 'half of')).toThrow('the file is no list of rules');
  expect(() => parseRules(accessGraph, '{ "order.Nothing": { "observe": [] } }')).toThrow('order has no method');
  expect(() => parseRules(accessGraph, '{ "order.PlaceOrder": { "observe": ["policy_failed"] } }')).toThrow(
    'nothing is observed as policy_failed',
  );
});
