import { accessGraph, policyData } from '@zt/access-graph';
import type { DecisionRecord } from '@zt/kit/audit';
import { createOpaAuthorizer, type PolicyData, type PolicyMethod } from '@zt/kit/authz';
import { gatewayRecord, idOf, madeUpRecord } from '@zt/kit/testing';
import { policyWasm } from '@zt/policy';
import { expect, test } from 'vitest';
import { plain } from '../story/testing/made-up.ts';
import { replay } from './replay.ts';
import { createReplayer } from './replay-report.ts';
import { showReplay } from './show-replay.ts';

const placeOrder = '/order.v1.OrderService/PlaceOrder';
const data = policyData(accessGraph);
const here = await createOpaAuthorizer({ wasm: policyWasm, data });

/** The policy of this checkout, with one rule changed. */
async function candidateWith(change: Partial<PolicyMethod>, method = placeOrder) {
  const { [method]: rule, ...methods } = data.graph.methods;
  const changed = { graph: { ...data.graph, methods: { ...methods, [method]: { ...rule, ...change } } } };
  return await createOpaAuthorizer({ wasm: policyWasm, data: changed as PolicyData });
}

const kept = { roles: [] as string[], blocked: false, callsInWindow: 1, usersInWindow: null };
const made: Partial<DecisionRecord> = { policyRevision: here.revision, policyInput: kept };
const allowed = madeUpRecord(made);
const tooMuch = madeUpRecord({
  ...made,
  allowed: false,
  reasons: ['amount_over_limit'],
  resource: { amount_minor_units: 10_000_00 },
});
const recorded = new Map([[here.revision, here]]);

test('with the policy that decided every decision stays what it was', () => {
  const records = [
    allowed,
    tooMuch,
    madeUpRecord({ ...tooMuch, allowed: true, reasons: [], policyInput: { ...kept, roles: ['finance'] } }),
    madeUpRecord({ ...made, allowed: false, reasons: ['user_blocked'], policyInput: { ...kept, blocked: true } }),
    madeUpRecord({ ...made, allowed: false, reasons: ['token_expired'], token: null }),
    madeUpRecord({ ...made, allowed: false, reasons: ['token_audience_wrong'], token: null }),
    madeUpRecord({
      ...made,
      allowed: false,
      reasons: ['session_ended', 'amount_over_limit'],
      resource: tooMuch.resource,
    }),
    madeUpRecord({ ...made, allowed: false, reasons: ['record_not_kept'] }),
    madeUpRecord({
      ...made,
      allowed: false,
      reasons: ['rate_exceeded'],
      policyInput: { ...kept, callsInWindow: 2001 },
    }),
  ];
  expect(records.map((record) => replay(record, { candidate: here, recorded }))).toEqual(
    records.map(() => ({ kind: 'same' })),
  );
});

test('what another policy would decide otherwise flips, either way', async () => {
  const stricter = await candidateWith({ roles: ['support'] });
  expect(replay(allowed, { candidate: stricter, recorded })).toEqual({
    kind: 'flip',
    to: 'refused',
    because: ['role_missing'],
  });
  const laxer = await candidateWith({ observe: ['amount_over_limit'] });
  expect(replay(tooMuch, { candidate: laxer, recorded })).toEqual({
    kind: 'flip',
    to: 'allowed',
    because: ['amount_over_limit'],
  });
  const expired = madeUpRecord({ ...tooMuch, reasons: ['peer_certificate_expired', 'amount_over_limit'] });
  expect(replay(expired, { candidate: laxer, recorded })).toEqual({ kind: 'same' });
});

test('what nobody counted, or read, when the call came is not made up', async () => {
  const noCount = madeUpRecord({ ...made, policyInput: { ...kept, callsInWindow: 3 } });
  const [sooner, later, users] = await Promise.all([
    candidateWith({ rate_limit: { calls: 2, seconds: 10 } }),
    candidateWith({ rate_limit: { calls: 2, seconds: 20 } }),
    candidateWith({ distinct_users: { users: 2, seconds: 10 } }),
  ]);
  expect(replay(noCount, { candidate: sooner, recorded })).toMatchObject({ kind: 'flip', because: ['rate_exceeded'] });
  expect(replay(noCount, { candidate: later, recorded })).toEqual({ kind: 'untold', why: 'calls were not counted so' });
  expect(replay(noCount, { candidate: users, recorded })).toEqual({ kind: 'untold', why: 'users were not counted so' });
  // Whatever was counted, it is refused for something else.
  expect(replay(tooMuch, { candidate: later, recorded })).toEqual({ kind: 'same' });
  const health = '/grpc.health.v1.Health/Check';
  const checked = madeUpRecord({
    ...made,
    method: health,
    allowed: false,
    reasons: ['caller_not_allowed'],
    token: null,
  });
  const asking = await candidateWith({ on_behalf_of: 'user' }, health);
  expect(replay(checked, { candidate: here, recorded })).toEqual({ kind: 'same' });
  expect(replay(checked, { candidate: asking, recorded })).toEqual({
    kind: 'untold',
    why: 'the token was not read so',
  });
});

test.each<[string, DecisionRecord]>([
  ['handshake', madeUpRecord({ ...made, kind: 'handshake' })],
  ['inside a method', madeUpRecord({ ...made, allowed: false, reasons: ['exchange_not_allowed'], policyInput: null })],
  ['input not kept', madeUpRecord({ policyRevision: here.revision })],
  ['policy not found', madeUpRecord({ ...made, policyRevision: 'd1ce96b358ad' })],
  ['not reproduced', madeUpRecord({ ...tooMuch, allowed: true, reasons: [] })],
  ['not reproduced', madeUpRecord({ ...made, allowed: false, reasons: ['amount_over_limit'] })],
  ['not reproduced', madeUpRecord({ ...made, observed: ['amount_over_limit'] })],
])('a decision is left out, and said so: %s', (why, record) => {
  expect(replay(record, { candidate: here, recorded })).toEqual({ kind: 'left out', why });
});

test('flips are counted by edge, with one decision of each, and so is what was left out', async () => {
  const candidate = await candidateWith({ roles: ['support'] });
  const replayer = createReplayer({ candidate, recorded });
  const payment = { spiffeId: idOf('payment'), serialNumber: '01', notAfter: '' };
  const fromPayment = madeUpRecord({ ...made, peer: payment, allowed: false, reasons: ['caller_not_allowed'] });
  const old = madeUpRecord({ decisionId: 'old' });
  const first = { ...allowed, decisionId: 'the first' };
  for (const record of [first, allowed, fromPayment, old, gatewayRecord({ ...made, method: '/gateway/PlaceOrder' })]) {
    replayer.see(record);
  }
  const report = replayer.report();
  expect(report).toMatchObject({
    decisions: 5,
    flips: [
      {
        caller: 'gateway',
        method: 'order.v1.OrderService/PlaceOrder',
        calls: 2,
        decisionId: 'the first',
        to: 'refused',
        because: ['role_missing'],
      },
    ],
    leftOut: expect.arrayContaining([{ why: 'input not kept', decisions: 1, decisionId: 'old' }]),
  });
  const lines = showReplay(report, plain).map((line) => line.trim().replace(/ +/g, ' '));
  expect(lines).toContain('2 calls would be decided otherwise');
  expect(lines).toContain('gateway order.v1.OrderService/PlaceOrder 2 refused role_missing the first');
  expect(lines).toContain('1 on record since before the ledger kept what policy saw old');
});
