import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { hashOfLine, lineOf, parseLine } from '../audit/chained-record.ts';
import type { DecisionRecord } from '../audit/decision-record.ts';
import type { VerifiedToken } from '../delegation/verify-token.ts';
import { ZeroTrustError } from '../errors.ts';
import { createIdentitySnapshot } from '../identity/identity-snapshot.ts';
import { parseSpiffeId } from '../identity/spiffe-id.ts';
import { createTestCertificateAuthority } from '../testing/certificate-authority.ts';
import { EchoService, echoPolicy } from '../testing/echo-service.ts';
import { createFixedX509Source } from '../testing/fixed-source.ts';
import { madeUpRecord } from '../testing/made-up-record.ts';
import type { PolicyInput } from './authorizer.ts';
import type { CallFacts } from './call-facts.ts';
import { createDecisions } from './decisions.ts';
import { createOpaAuthorizer } from './opa-authorizer.ts';
import { inputOfRecord } from './recorded-input.ts';

const wasm = new Uint8Array(readFileSync(new URL('../../../policy/policy.wasm', import.meta.url)));
const order = 'spiffe://zt.example/ns/shop/sa/order';
const gateway = 'spiffe://zt.example/ns/shop/sa/gateway';
const now = new Date('2030-01-01T00:00:00Z');
const authority = await createTestCertificateAuthority('zt.example');
const svid = await authority.issueSvid({ spiffeId: order });

const token: VerifiedToken = {
  id: 'token-1',
  subject: 'alice',
  roles: ['finance', 'support'],
  sessionId: 'session',
  audience: order,
  scopes: ['echo:write'],
  chain: [gateway],
  issuedAt: now,
  expiresAt: new Date(now.getTime() + 1_000),
};
const facts: CallFacts = {
  method: EchoService.unary.path,
  bearerToken: 'header.payload.signature',
  peer: { spiffeId: parseSpiffeId(gateway), serialNumber: '01', notAfter: new Date(now.getTime() + 1), authority: '' },
  address: '127.0.0.1:1',
  userAgent: 'test',
  traceparent: null,
  resource: { amount_minor_units: 1, currency: 'EUR' },
  deadline: new Date(now.getTime() + 1_000),
  signal: AbortSignal.timeout(60_000),
};

/** What policy was asked, and what went on record, in the same order. */
async function decided(calls: readonly CallFacts[], blocked = false) {
  const echo = echoPolicy(order, gateway);
  const { [EchoService.unary.path]: rule, ...others } = echo.graph.methods;
  if (rule === undefined) throw new Error('the echo service has no such method');
  const limits = { rate_limit: { calls: 1, seconds: 60 }, distinct_users: { users: 1, seconds: 60 } };
  const methods = { ...others, [EchoService.unary.path]: { ...rule, ...limits } };
  const authorizer = await createOpaAuthorizer({ wasm, data: { graph: { ...echo.graph, methods } } });
  const inputs: PolicyInput[] = [];
  const records: DecisionRecord[] = [];
  const decisions = createDecisions({
    source: createFixedX509Source(createIdentitySnapshot(svid, [authority.bundle])),
    service: order,
    authorizer: {
      ...authorizer,
      decide(input) {
        inputs.push(input);
        return authorizer.decide(input);
      },
    },
    tokens: {
      async verify(given) {
        if (given !== facts.bearerToken) throw new ZeroTrustError('token_malformed', 'no token');
        return token;
      },
    },
    sessions: { stateOf: () => (blocked ? 'blocked' : 'active') },
    spool: { append: async (record: DecisionRecord) => void records.push(record), close: async () => {} } as never,
    database: () => null,
    now: () => now,
  });
  for (const call of calls) await decisions.decide(call).catch(() => {});
  return { inputs, records, decisions };
}

test.each([
  ['of users whose roles and counts decide', [facts, facts], false],
  ['of a blocked user', [facts], true],
  ['without a token that is worth anything', [{ ...facts, bearerToken: 'made up' }], false],
  ['without a certificate', [{ ...facts, peer: null }], false],
  ['of a method that there is not', [{ ...facts, method: '/made.up.Service/Method' }], false],
])('from the record of calls %s comes exactly what policy decided on', async (_whose, calls, blocked) => {
  const { inputs, records } = await decided(calls, blocked);
  expect(inputs).toHaveLength(calls.length);
  const lines = records.map((record) => lineOf(record, { spool: 'a', sequence: 1, previous: hashOfLine('') }));
  expect(lines.map((line) => inputOfRecord(JSON.parse(line)))).toEqual(inputs);
});

test('of what a handler refused policy was not asked, and its record says so', async () => {
  const { records, decisions } = await decided([]);
  const context = await decisions.decide(facts);
  await decisions.refuse(context, new ZeroTrustError('exchange_not_allowed', 'no such edge'));
  expect(records.map((record) => inputOfRecord(record)?.method ?? null)).toEqual([facts.method, null]);
});

test('a record from before inputs were kept is still one of a chain, and gives none', () => {
  const line = lineOf(madeUpRecord(), {
    spool: '0b1c7d9e-0000-4000-8000-000000000001',
    sequence: 1,
    previous: '0'.repeat(64),
  });
  expect(inputOfRecord(parseLine(line))).toBeNull();
  expect(inputOfRecord({ ...madeUpRecord(), policyInput: { roles: 'all' } as never })).toBeNull();
});
