import { readFileSync } from 'node:fs';
import { status } from '@grpc/grpc-js';
import { expect, test, vi } from 'vitest';
import type { AuditSpool, Durability } from '../audit/audit-spool.ts';
import type { DecisionRecord } from '../audit/decision-record.ts';
import type { SessionStanding } from '../delegation/session-watch.ts';
import { createSigningKeySource } from '../delegation/signing-keys.ts';
import { createTokenVerifier, type TokenVerifier } from '../delegation/verify-token.ts';
import { statusOfReason, ZeroTrustError } from '../errors.ts';
import { createIdentitySnapshot } from '../identity/identity-snapshot.ts';
import { parseSpiffeId } from '../identity/spiffe-id.ts';
import { createTestCertificateAuthority } from '../testing/certificate-authority.ts';
import { EchoService, echoPolicy } from '../testing/echo-service.ts';
import { createFixedX509Source } from '../testing/fixed-source.ts';
import { createTestTokenIssuer } from '../testing/token-issuer.ts';
import type { Authorizer } from './authorizer.ts';
import { subjectTokenOf } from './call-context.ts';
import type { CallFacts } from './call-facts.ts';
import { createDecisions, type DecisionsOptions, RefusedCall } from './decisions.ts';
import { createOpaAuthorizer } from './opa-authorizer.ts';
import type { PolicyData, PolicyMethod } from './policy-data.ts';

const wasm = new Uint8Array(readFileSync(new URL('../../../policy/policy.wasm', import.meta.url)));
const order = 'spiffe://zt.example/ns/shop/sa/order';
const gateway = 'spiffe://zt.example/ns/shop/sa/gateway';
const identity = 'spiffe://zt.example/ns/shop/sa/identity';
const now = new Date('2030-01-01T00:00:00Z');

const authority = await createTestCertificateAuthority('zt.example');
const source = createFixedX509Source(
  createIdentitySnapshot(await authority.issueSvid({ spiffeId: order }), [authority.bundle]),
);
const issuer = createTestTokenIssuer(identity, 'obo+jwt');
const seconds = now.getTime() / 1000;
const claims = {
  aud: order,
  sub: 'alice',
  roles: [],
  sid: 'session',
  scope: 'echo:write',
  iat: seconds,
  exp: seconds + 60,
  act: { sub: gateway },
};
const token = issuer.issue(claims);

const facts: CallFacts = {
  method: EchoService.unary.path,
  bearerToken: token,
  peer: {
    spiffeId: parseSpiffeId(gateway),
    serialNumber: '01',
    notAfter: new Date(now.getTime() + 1),
    authority: '',
  },
  address: '127.0.0.1:1',
  userAgent: 'test',
  traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
  resource: { amount_minor_units: 1, currency: 'EUR' },
  deadline: new Date(now.getTime() + 1_000),
  signal: AbortSignal.timeout(60_000),
};

const lost: DecisionRecord[] = [];

async function decisionsWith(
  spool: AuditSpool,
  data: PolicyData = echoPolicy(order, gateway),
  further: Partial<DecisionsOptions> = {},
) {
  return createDecisions({
    ...further,
    source,
    service: order,
    authorizer: await createOpaAuthorizer({ wasm, data }),
    tokens: createTokenVerifier({
      type: 'obo+jwt',
      issuer: identity,
      audience: order,
      keys: createSigningKeySource({ fetchKeys: async () => issuer.jwks }),
    }),
    spool,
    database: () => ({ login: 'v-order-1', leaseId: 'lease', leaseEndsAt: now.toISOString() }),
    onRecordLost: (record) => lost.push(record),
    now: () => now,
  });
}

const records: DecisionRecord[] = [];
const durabilities: Durability[] = [];
const keeping: AuditSpool = {
  append: async (record, durability) => {
    records.push(record);
    durabilities.push(durability);
  },
  close: async () => {},
};
const full: AuditSpool = {
  append: async () => {
    throw new ZeroTrustError('record_not_kept', 'the disk is full');
  },
  close: async () => {},
};

test('the handler gets who calls and for whom, and the token only where the kit can find it', async () => {
  const context = await (await decisionsWith(keeping)).decide(facts);
  expect(context).toMatchObject({ peer: gateway, user: { id: 'alice', roles: [] }, chain: [gateway] });
  expect(context.traceId).toBe('a'.repeat(32));
  expect(JSON.stringify(context)).not.toContain(token);
  expect(subjectTokenOf(context)).toBe(token);
});

test('the record tells the whole decision and holds no token', async () => {
  const context = await (await decisionsWith(keeping)).decide(facts);
  const record = records.find(({ decisionId }) => decisionId === context.decisionId);
  expect(record).toMatchObject({
    allowed: true,
    service: order,
    method: facts.method,
    token: { subject: 'alice', audience: order, chain: [gateway] },
    database: { login: 'v-order-1' },
    resource: { amount_minor_units: 1 },
  });
  expect(record?.policyRevision).not.toBe('');
  expect(JSON.stringify(record)).not.toContain(token);
});

test('a certificate that has ended since the handshake is refused', async () => {
  const peer = facts.peer === null ? null : { ...facts.peer, notAfter: now };
  await expect((await decisionsWith(keeping)).decide({ ...facts, peer })).rejects.toMatchObject({
    reasons: ['peer_certificate_expired'],
  });
});

test('a peer that ended its life is told so before anything else', async () => {
  const peer = { spiffeId: parseSpiffeId(identity), serialNumber: '01', notAfter: now, authority: '' };
  await expect((await decisionsWith(keeping)).decide({ ...facts, peer, bearerToken: null })).rejects.toMatchObject({
    reasons: ['peer_certificate_expired', 'caller_not_allowed', 'token_missing'],
  });
});

test('a token whose verification breaks is no token', async () => {
  const tokens = { verify: () => Promise.reject(new TypeError('broken')) };
  const ruleFor = () => ({ ...forWorkloads(), onBehalfOf: 'user' }) as const;
  const decisions = decisionsBy({ ruleFor, decide: () => yes }, tokens);
  await expect(decisions.decide(facts)).rejects.toMatchObject({ reasons: ['token_malformed'] });
});

test('where a record cannot be kept, a method that moves money is refused', async () => {
  await expect((await decisionsWith(full)).decide(facts)).rejects.toMatchObject({ reason: 'record_not_kept' });
});

test('where there is room for written records only, the refusal of a method that moves money is on record', async () => {
  const kept: DecisionRecord[] = [];
  const nearlyFull: AuditSpool = {
    async append(record, durability) {
      if (durability === 'synced') throw new ZeroTrustError('record_not_kept', 'the spool is full');
      kept.push(record);
    },
    close: async () => {},
  };
  const decided = (await decisionsWith(nearlyFull)).decide(facts);
  await expect(decided).rejects.toMatchObject({ reason: 'record_not_kept', decisionId: expect.any(String) });
  expect(kept).toMatchObject([{ allowed: false, reasons: ['record_not_kept'] }]);
});

test('of every record that could not be kept the operator hears, handshakes too', async () => {
  const decisions = await decisionsWith(full);
  lost.length = 0;
  await decisions.decide(facts).catch(() => {});
  await decisions.recordHandshake({
    reason: 'handshake_failed',
    detail: '',
    remote: '',
    durationMs: null,
    claimed: null,
  });
  expect(lost).toMatchObject([
    { kind: 'call', allowed: true },
    { kind: 'call', allowed: false },
    { kind: 'handshake' },
  ]);
});

test('where a record cannot be kept, other methods go on', async () => {
  const data = echoPolicy(order, gateway);
  const methods = Object.entries(data.graph.methods).map(
    ([path, rule]) => [path, { ...rule, record: 'written' }] as const,
  );
  const written = { graph: { ...data.graph, methods: Object.fromEntries(methods) } };
  const decisions = await decisionsWith(full, written);
  await expect(decisions.decide(facts)).resolves.toMatchObject({ peer: gateway });
  await expect(decisions.decide({ ...facts, bearerToken: null })).rejects.toBeInstanceOf(RefusedCall);
});

/** Decisions with whatever policy a test makes up. */
function decisionsBy(
  authorizer: Pick<Authorizer, 'ruleFor' | 'decide'>,
  tokens: TokenVerifier = { verify: () => expect.fail() },
) {
  return createDecisions({
    source,
    service: order,
    authorizer: { revision: '', ...authorizer },
    tokens,
    spool: keeping,
    database: () => null,
  });
}

const forWorkloads = () =>
  ({ onBehalfOf: 'nobody', thirdParty: null, rateLimit: null, distinctUsers: null, record: 'written' }) as const;
const yes = { allow: true, reasons: [], observed: [], rule: '' };

test('whoever makes policy: without its yes nothing goes, and a no without a reason is a failure of policy', async () => {
  const silent = decisionsBy({ ruleFor: forWorkloads, decide: () => ({ ...yes, allow: false }) });
  await expect(silent.decide(facts)).rejects.toMatchObject({ reason: 'policy_failed' });
});

test('whoever makes policy: its yes to a method without a rule counts for nothing', async () => {
  const generous = decisionsBy({ ruleFor: () => undefined, decide: () => yes });
  await expect(generous.decide(facts)).rejects.toBeInstanceOf(RefusedCall);
});

test('a token that comes with a call that needs none is not verified, and cannot be exchanged', async () => {
  const context = await decisionsBy({ ruleFor: forWorkloads, decide: () => yes }).decide(facts);
  expect(context.user).toBeNull();
  expect(subjectTokenOf(context)).toBeUndefined();
});

test('the record is on disk before the handler runs where the rule asks for it', async () => {
  durabilities.length = 0;
  await (await decisionsWith(keeping)).decide(facts);
  await decisionsBy({ ruleFor: forWorkloads, decide: () => yes }).decide(facts);
  expect(durabilities).toEqual(['synced', 'written']);
});

test('where the rule asks for records of refusals only, an allowed call leaves none and a refused one does', async () => {
  const ruleFor = () => ({ ...forWorkloads(), record: 'refusals' }) as const;
  records.length = 0;
  await decisionsBy({ ruleFor, decide: () => yes }).decide(facts);
  expect(records).toEqual([]);
  const no = { ...yes, allow: false, reasons: ['caller_not_allowed'] } as const;
  const refused = decisionsBy({ ruleFor, decide: () => no }).decide(facts);
  await expect(refused).rejects.toMatchObject({ reason: 'caller_not_allowed' });
  expect(records).toMatchObject([{ allowed: false, reasons: ['caller_not_allowed'] }]);
});

test('a method without a rule is refused whoever calls it', async () => {
  await expect(
    (await decisionsWith(keeping)).decide({ ...facts, method: '/zt.test.v1.EchoService/Other' }),
  ).rejects.toMatchObject({
    reason: 'method_has_no_rule',
  });
});

test('a malformed traceparent is replaced, not passed on', async () => {
  const context = await (await decisionsWith(keeping)).decide({ ...facts, traceparent: 'x\r\ny' });
  expect(context.traceId).toMatch(/^[0-9a-f]{32}$/);
});

test('a caller who sends long texts makes no long record', async () => {
  const long = { userAgent: 'x'.repeat(5_000), resource: { ...facts.resource, order: 'y'.repeat(5_000) } };
  const context = await (await decisionsWith(keeping)).decide({ ...facts, ...long });
  const record = records.find(({ decisionId }) => decisionId === context.decisionId);
  expect(record?.userAgent).toBe('x'.repeat(256));
  expect(record?.resource).toEqual({ ...facts.resource, order: 'y'.repeat(256) });
});

test('neither does a method of which somebody made up the name, and it says nothing to a terminal', async () => {
  const decisions = await decisionsWith(keeping);
  const made = `/a.v1.A/\x9b31m${'z'.repeat(5_000)}`;
  await expect(decisions.decide({ ...facts, method: made })).rejects.toMatchObject({ reasons: ['method_has_no_rule'] });
  expect(lastRecord()?.method).toBe(`/a.v1.A/\ufffd31m${'z'.repeat(244)}`);
});

/** The echo policy with something else in the rule of its unary method. */
function echoWith(changes: Partial<PolicyMethod>): PolicyData {
  const { graph } = echoPolicy(order, gateway);
  const { amount_limit: _none, ...rule } = graph.methods[facts.method] ?? expect.fail();
  const changed = { ...rule, ...changes } as PolicyMethod;
  return { graph: { ...graph, methods: { ...graph.methods, [facts.method]: changed } } };
}

function lastRecord(): DecisionRecord | undefined {
  return records.at(-1);
}

function ownToken(subject: string): string {
  return issuer.issue({ aud: order, sub: subject, scope: 'echo:write', iat: seconds, exp: seconds + 60 });
}

test('a workload that calls in its own name is no user to the handler, and its token goes nowhere', async () => {
  const decisions = await decisionsWith(keeping, echoWith({ on_behalf_of: 'workload' }));
  const context = await decisions.decide({ ...facts, bearerToken: ownToken(gateway) });
  expect(context).toMatchObject({ peer: gateway, user: null, chain: [] });
  expect(subjectTokenOf(context)).toBeUndefined();
  expect(lastRecord()).toMatchObject({ allowed: true, token: { subject: gateway, chain: [] } });
});

test('a token in the name of another workload is refused, and so is none', async () => {
  const decisions = await decisionsWith(keeping, echoWith({ on_behalf_of: 'workload' }));
  await expect(decisions.decide({ ...facts, bearerToken: ownToken(identity) })).rejects.toMatchObject({
    reasons: ['token_actor_mismatch'],
  });
  await expect(decisions.decide({ ...facts, bearerToken: null })).rejects.toMatchObject({
    reasons: ['token_missing'],
  });
});

test("a user's token never passes for a workload's, and the other way round", async () => {
  const forWorkload = await decisionsWith(keeping, echoWith({ on_behalf_of: 'workload' }));
  await expect(forWorkload.decide(facts)).rejects.toMatchObject({ reasons: ['workload_required'] });
  const forUser = await decisionsWith(keeping, echoWith({}));
  const presented = forUser.decide({ ...facts, bearerToken: ownToken(gateway) });
  await expect(presented).rejects.toMatchObject({ reasons: ['user_required'] });
  expect(lastRecord()).toMatchObject({ allowed: false, token: { subject: gateway } });
});

test('where a user or a workload may call, either may', async () => {
  const decisions = await decisionsWith(keeping, echoWith({ on_behalf_of: 'user or workload' }));
  await expect(decisions.decide(facts)).resolves.toMatchObject({ user: { id: 'alice' } });
  await expect(decisions.decide({ ...facts, bearerToken: ownToken(gateway) })).resolves.toMatchObject({ user: null });
});

const forThirdParty = echoWith({ on_behalf_of: 'third party', callers: { third_party: 'card-network' }, scopes: [] });
const notice = { ...facts, peer: null, bearerToken: 'notice' };

function signedBy(subject: string): TokenVerifier {
  const when = { issuedAt: now, expiresAt: now };
  const verified = { id: 'n-1', subject, roles: [], sessionId: '', audience: order, scopes: [], chain: [], ...when };
  return { verify: async () => verified };
}

test('a third party is let in by what it signs, as nobody that a handler could act for', async () => {
  const thirdParties = { 'card-network': signedBy('card-network') };
  const sessions = { stateOf: () => expect.fail() };
  const decisions = await decisionsWith(keeping, forThirdParty, { thirdParties, sessions });
  const context = await decisions.decide(notice);
  expect(context).toMatchObject({ peer: null, user: null });
  expect(subjectTokenOf(context)).toBeUndefined();
  expect(lastRecord()).toMatchObject({ allowed: true, peer: null, token: { id: 'n-1', subject: 'card-network' } });
});

test.each([
  ['another name', { 'card-network': signedBy('postal-service') }, 'caller_not_allowed'],
  ['a name that nobody trusts here', { 'postal-service': signedBy('postal-service') }, 'token_issuer_wrong'],
  ['a name that every object has', {}, 'token_issuer_wrong'],
])('a third party is refused that signs with %s', async (_title, thirdParties, reason) => {
  const name = _title === 'a name that every object has' ? 'constructor' : 'card-network';
  const data = echoWith({ on_behalf_of: 'third party', callers: { third_party: name }, scopes: [] });
  const decisions = await decisionsWith(keeping, data, { thirdParties });
  await expect(decisions.decide(notice)).rejects.toMatchObject({ reasons: [reason] });
});

test('what a third party signs is no token for any other method', async () => {
  const decisions = await decisionsWith(keeping, echoWith({}), {
    thirdParties: { 'card-network': signedBy('card-network') },
  });
  await expect(decisions.decide({ ...facts, bearerToken: 'notice' })).rejects.toMatchObject({
    reasons: ['token_malformed'],
  });
});

test.each([
  ['ended', 'session_ended', status.UNAUTHENTICATED],
  ['blocked', 'user_blocked', status.PERMISSION_DENIED],
  ['unknown', 'session_state_unknown', status.UNAVAILABLE],
] as const)(
  'a good token is refused where its session is %s, and the record says whose',
  async (standing, reason, code) => {
    const asked: unknown[] = [];
    const stateOf = (...question: unknown[]): SessionStanding => {
      asked.push(question);
      return standing;
    };
    const decisions = await decisionsWith(keeping, echoWith({}), { sessions: { stateOf } });
    await expect(decisions.decide(facts)).rejects.toMatchObject({ reasons: [reason] });
    expect(statusOfReason(reason).code).toBe(code);
    expect(asked).toEqual([['session', 'alice', now]]);
    expect(lastRecord()).toMatchObject({ allowed: false, reasons: [reason], token: { subject: 'alice' } });
  },
);

test('a session that has ended does not hide what policy would refuse', async () => {
  const data = echoWith({ roles: ['support'] });
  const decisions = await decisionsWith(keeping, data, { sessions: { stateOf: () => 'ended' } });
  await expect(decisions.decide(facts)).rejects.toMatchObject({ reasons: ['session_ended', 'role_missing'] });
});

test('a workload has no session to end', async () => {
  const sessions = { stateOf: () => expect.fail() };
  const decisions = await decisionsWith(keeping, echoWith({ on_behalf_of: 'workload' }), { sessions });
  await expect(decisions.decide({ ...facts, bearerToken: ownToken(gateway) })).resolves.toBeDefined();
});

const limited = echoWith({ on_behalf_of: 'user or workload', rate_limit: { calls: 2, seconds: 60 } });

test('each caller has the calls of the rule, and is told so after all other reasons', async () => {
  const decisions = await decisionsWith(keeping, limited);
  const bob = issuer.issue({ ...claims, sub: 'bob' });
  for (const bearerToken of [token, token, bob, bob, ownToken(gateway), ownToken(gateway)]) {
    await expect(decisions.decide({ ...facts, bearerToken })).resolves.toBeDefined();
  }
  for (const bearerToken of [token, bob, ownToken(gateway)]) {
    await expect(decisions.decide({ ...facts, bearerToken })).rejects.toMatchObject({ reasons: ['rate_exceeded'] });
  }
  expect(lastRecord()).toMatchObject({ allowed: false, reasons: ['rate_exceeded'] });
  const weak = issuer.issue({ ...claims, scope: 'other:scope' });
  await expect(decisions.decide({ ...facts, bearerToken: weak })).rejects.toMatchObject({
    reasons: ['scope_missing', 'rate_exceeded'],
  });
});

test("a token that does not verify uses up nobody's calls", async () => {
  const decisions = await decisionsWith(keeping, limited);
  for (const bearerToken of [null, 'nonsense', null]) {
    await expect(decisions.decide({ ...facts, bearerToken })).rejects.toMatchObject({
      reasons: [bearerToken === null ? 'token_missing' : 'token_malformed'],
    });
  }
  await expect(decisions.decide(facts)).resolves.toBeDefined();
});

const forFewUsers = echoWith({ distinct_users: { users: 2, seconds: 60 } });

const tokenOf = (sub: string, further = {}): string => issuer.issue({ ...claims, sub, ...further });

test('a peer calls for so many users and no more, and goes on for those for whom it has called', async () => {
  const decisions = await decisionsWith(keeping, forFewUsers);
  for (const bearerToken of [token, tokenOf('bob'), token, tokenOf('bob')]) {
    await expect(decisions.decide({ ...facts, bearerToken })).resolves.toBeDefined();
  }
  for (const user of ['mallory', 'sam', 'mallory']) {
    await expect(decisions.decide({ ...facts, bearerToken: tokenOf(user) })).rejects.toMatchObject({
      reasons: ['too_many_users'],
    });
    expect(lastRecord()).toMatchObject({ peer: { spiffeId: gateway }, token: { subject: user }, allowed: false });
  }
  await expect(decisions.decide(facts)).resolves.toBeDefined();
});

test('the users of a peer are counted for each method, and each peer has its own', async () => {
  const console = parseSpiffeId('spiffe://zt.example/ns/shop/sa/console');
  const limit = { users: 2, seconds: 60 };
  const callers = [gateway, console.uri];
  const { graph } = echoPolicy(order, gateway, { distinct_users: limit });
  const methods = Object.entries(graph.methods).map(([name, rule]) => [name, { ...rule, callers } as PolicyMethod]);
  const data = { graph: { ...graph, entry_points: callers, methods: Object.fromEntries(methods) } };
  const decisions = await decisionsWith(keeping, data);
  for (const user of ['alice', 'bob']) await decisions.decide({ ...facts, bearerToken: tokenOf(user) });
  const sam: CallFacts = { ...facts, bearerToken: tokenOf('sam') };
  await expect(decisions.decide({ ...sam, method: EchoService.serverStream.path })).resolves.toBeDefined();
  const fromConsole: CallFacts = {
    ...facts,
    peer: { spiffeId: console, serialNumber: '02', notAfter: new Date(now.getTime() + 1), authority: '' },
    bearerToken: tokenOf('sam', { act: { sub: console.uri } }),
  };
  await expect(decisions.decide(fromConsole)).resolves.toBeDefined();
  await expect(decisions.decide(sam)).rejects.toMatchObject({ reasons: ['too_many_users'] });
});

test('whoever is not verified is no user of anybody', async () => {
  const decisions = await decisionsWith(keeping, forFewUsers);
  const expired = ['x', 'y', 'z'].map((user) => tokenOf(user, { exp: seconds - 60 }));
  for (const bearerToken of [...expired, null, 'nonsense']) {
    await expect(decisions.decide({ ...facts, bearerToken })).rejects.not.toMatchObject({
      reasons: expect.arrayContaining(['too_many_users']),
    });
  }
  await expect(decisions.decide(facts)).resolves.toBeDefined();
  await expect(decisions.decide({ ...facts, bearerToken: tokenOf('bob') })).resolves.toBeDefined();
});

test('the record says how long the call had been there when it was decided', async () => {
  const decisions = await decisionsWith(keeping);
  await decisions.decide({ ...facts, arrivedAtMs: performance.now() - 5_000 });
  expect(lastRecord()?.durationMs).toBeGreaterThanOrEqual(5_000);
  await decisions.decide(facts);
  expect(lastRecord()?.durationMs).toBeLessThan(5_000);
});

test('a flood of refused handshakes fills no spool, and the next record counts what had none', async () => {
  const decisions = await decisionsWith(keeping);
  records.length = 0;
  const refusal = { reason: 'handshake_failed', detail: 'no certificate', durationMs: 1.2345, claimed: null } as const;
  for (let index = 0; index < 1_000; index += 1) {
    await decisions.recordHandshake({ ...refusal, remote: `127.0.0.1:${index}` });
  }
  expect(records).toHaveLength(20);
  await decisions.recordHandshake({ ...refusal, remote: '127.0.0.2:1' });
  expect(lastRecord()).toMatchObject({ kind: 'handshake', durationMs: 1.23, address: '127.0.0.2:1' });
  expect(lastRecord()?.detail).toBe('no certificate; suppressed before this one: 980');
});

test('a flood of refused handshakes that nothing comes after is counted too', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  const decisions = await decisionsWith(keeping);
  records.length = 0;
  const refusal = { reason: 'handshake_failed', detail: 'no certificate', durationMs: 1, claimed: null } as const;
  for (let index = 0; index < 30; index += 1)
    await decisions.recordHandshake({ ...refusal, remote: `127.0.0.1:${index}` });
  expect(records).toHaveLength(20);
  vi.advanceTimersByTime(10_000);
  vi.useRealTimers();
  await vi.waitFor(() => expect(records).toHaveLength(21));
  expect(lastRecord()).toMatchObject({
    address: '127.0.0.1:29',
    detail: 'no certificate; suppressed before this one: 9',
  });
});

test('what policy and ledger see of a request can be shown on a terminal, and is cut', async () => {
  const decisions = await decisionsWith(keeping);
  const order = '\u001b[2J\u0000\u0001\t\u202e\u2028order\ud800';
  await decisions.decide({
    ...facts,
    userAgent: 'curl\u001b[1m',
    resource: { ...facts.resource, order, long: 'x'.repeat(300) },
  });
  const shown = `${'\ufffd'}[2J${'\ufffd'.repeat(5)}order${'\ufffd'}`;
  expect(lastRecord()).toMatchObject({
    userAgent: 'curl\ufffd[1m',
    resource: { order: shown, long: 'x'.repeat(256) },
  });
});
