import {
  createSigningKeySource,
  createSubjectTokenVerifier,
  createTokenVerifier,
  type PeerStanding,
} from '@zt/kit/delegation';
import { createTestCallContext, createTestTokenIssuer } from '@zt/kit/testing';
import { expect, test } from 'vitest';
import { createExchangeGraph } from './exchange-graph.ts';
import type { SessionSource } from './session-source.ts';
import { createSigningKeys } from './signing-key.ts';
import { createTokenExchangeService } from './token-exchange-service.ts';

const id = (name: string) => `spiffe://zt.example/ns/shop/sa/${name}`;
const issuer = id('identity');
const openId = createTestTokenIssuer('https://localhost', 'at+jwt');
const now = new Date('2030-01-01T00:00:00.500Z');
const seconds = Math.floor(now.getTime() / 1000);

const userClaims = {
  aud: id('gateway'),
  sub: 'alice',
  roles: [],
  sid: 'session-1',
  scope: 'orders:write payments:write',
  iat: seconds,
  exp: seconds + 600,
};

const contextOf = (peer: string | null) => createTestCallContext(null, { peer });

function start(isActive: SessionSource['isActive'] = async () => ({ active: true, endsAt: new Date(2031, 1) })) {
  const standings: Record<string, PeerStanding> = {};
  const logged: string[] = [];
  const add = (event: string, fields = {}) => void logged.push(JSON.stringify({ event, ...fields }));
  const signingKeys = createSigningKeys(now);
  const userKeys = createSigningKeySource({ fetchKeys: async () => openId.jwks });
  const keys = createSigningKeySource({ fetchKeys: async () => signingKeys.publicKeys(now) });
  const service = createTokenExchangeService({
    issuer,
    graph: createExchangeGraph(
      [
        { caller: id('gateway'), callee: id('order'), scopes: ['orders:write', 'payments:write'] },
        { caller: id('order'), callee: id('payment'), scopes: ['payments:write'] },
      ],
      [id('gateway')],
    ),
    userTokens: createSubjectTokenVerifier({ type: 'at+jwt', issuer: openId.issuer, keys: userKeys }),
    exchangedTokens: createSubjectTokenVerifier({ type: 'obo+jwt', issuer, keys }),
    ownCalls: createExchangeGraph([{ caller: id('payment'), callee: id('order'), scopes: ['orders:settle'] }], []),
    sessions: { isActive },
    signingKeys,
    publicKeys: async () => signingKeys.publicKeys(now),
    feed: { watch: () => expect.fail(), standingOf: (workload) => standings[workload] ?? 'trusted' },
    events: { messagesOf: () => expect.fail() },
    log: { info: add, warn: add, error: add },
    now: () => now,
  });
  return { service, keys, logged, standings };
}

test("a user's token becomes order's, and that becomes payment's, each good from its caller only", async () => {
  const { service, keys, logged } = start();
  const subjectToken = openId.issue(userClaims);
  const scopes = ['orders:write', 'payments:write'];
  const first = await service.exchangeToken({ subjectToken, audience: id('order'), scopes }, contextOf(id('gateway')));
  expect(first.expiresInSeconds).toBe(60);
  const second = await service.exchangeToken(
    { subjectToken: first.accessToken, audience: id('payment'), scopes: ['payments:write'] },
    contextOf(id('order')),
  );
  const payment = createTokenVerifier({ type: 'obo+jwt', issuer, audience: id('payment'), keys });
  const token = await payment.verify(second.accessToken, { peer: id('order') }, now);
  expect(token).toMatchObject({ subject: 'alice', chain: [id('order'), id('gateway')], scopes: ['payments:write'] });
  await expect(payment.verify(second.accessToken, { peer: id('gateway') }, now)).rejects.toMatchObject({
    reason: 'token_actor_mismatch',
  });
  expect(logged).toHaveLength(2);
  for (const secret of [subjectToken, first.accessToken, second.accessToken])
    expect(logged.join()).not.toContain(secret);
});

test('the published keys are JSON that others verify with', async () => {
  const { service } = start();
  const { jwksJson } = await service.getSigningKeys({}, contextOf(id('payment')));
  expect(JSON.parse(jwksJson)).toMatchObject({ keys: [{ kty: 'EC' }, { kty: 'EC' }] });
});

test('payment gets a token in its own name for order, which order takes from payment only and nobody exchanges', async () => {
  // It has no session, and is not to be shown to another issuer that is asked about one.
  const { service, keys, logged } = start(async () => expect.fail('no session is asked for'));
  const request = { audience: id('order'), scopes: ['orders:settle'] };
  const issued = await service.issueWorkloadToken(request, contextOf(id('payment')));
  expect(issued.expiresInSeconds).toBe(60);
  const order = createTokenVerifier({ type: 'obo+jwt', issuer, audience: id('order'), keys });
  const token = await order.verify(issued.accessToken, { peer: id('payment') }, now);
  expect(token).toMatchObject({ subject: id('payment'), chain: [], sessionId: '', scopes: ['orders:settle'] });
  await expect(order.verify(issued.accessToken, { peer: id('gateway') }, now)).rejects.toMatchObject({
    reason: 'token_actor_mismatch',
  });
  const onward = { subjectToken: issued.accessToken, audience: id('payment'), scopes: [] };
  await expect(service.exchangeToken(onward, contextOf(id('order')))).rejects.toMatchObject({
    reason: 'token_type_wrong',
  });
  expect(logged.join()).not.toContain(issued.accessToken);
});

test('a token in the own name is refused where the access graph has no such call, and the log says why', async () => {
  const { service, logged } = start();
  const request = { audience: id('payment'), scopes: [] };
  const refused = service.issueWorkloadToken(request, contextOf(id('order')));
  await expect(refused).rejects.toMatchObject({ reason: 'caller_not_allowed' });
  expect(JSON.parse(logged[0] ?? '')).toMatchObject({ event: 'token_exchange_refused', client: id('order') });
});

test.each([
  ['without a peer', 'peer_certificate_missing', null, openId.issue(userClaims)],
  ['without a token', 'token_missing', id('gateway'), ''],
  [
    'with a token for another client',
    'token_audience_wrong',
    id('gateway'),
    openId.issue({ ...userClaims, aud: id('x') }),
  ],
  ["with a user's token, from a service behind the gateway", 'token_type_wrong', id('order'), openId.issue(userClaims)],
  [
    'with an expired token',
    'token_expired',
    id('gateway'),
    openId.issue({ ...userClaims, exp: seconds, iat: seconds - 9 }),
  ],
  ['towards a workload that the gateway does not call', 'caller_not_allowed', id('gateway'), openId.issue(userClaims)],
])('an exchange %s is refused, and the log says why: %s', async (_title, reason, peer, subjectToken) => {
  const { service, logged } = start();
  const request = { subjectToken, audience: id('payment'), scopes: [] };
  await expect(service.exchangeToken(request, contextOf(peer))).rejects.toMatchObject({ reason });
  expect(JSON.parse(logged[0] ?? '')).toMatchObject({
    event: 'token_exchange_refused',
    reason,
    traceId: contextOf(peer).traceId,
  });
});

test('the session is looked at for each exchange, even of a token that is known already', async () => {
  const asked: unknown[][] = [];
  let active = true;
  const { service } = start(async (...about) => {
    asked.push(about.slice(0, 2));
    return active ? { active, endsAt: new Date(2031, 1) } : { active };
  });
  const request = { subjectToken: openId.issue(userClaims), audience: id('order'), scopes: ['orders:write'] };
  await service.exchangeToken(request, contextOf(id('gateway')));
  active = false;
  await expect(service.exchangeToken(request, contextOf(id('gateway')))).rejects.toMatchObject({
    reason: 'session_ended',
  });
  expect(asked).toEqual([
    ['session-1', 'alice'],
    ['session-1', 'alice'],
  ]);
});

test('nobody gets a token for a quarantined workload, nor one for a call that came by way of it', async () => {
  const { service, standings } = start();
  const scopes = ['orders:write', 'payments:write'];
  const toOrder = { subjectToken: openId.issue(userClaims), audience: id('order'), scopes };
  const { accessToken } = await service.exchangeToken(toOrder, contextOf(id('gateway')));
  const toPayment = { subjectToken: accessToken, audience: id('payment'), scopes: ['payments:write'] };
  await service.exchangeToken(toPayment, contextOf(id('order')));
  standings[id('gateway')] = 'quarantined';
  await expect(service.exchangeToken(toPayment, contextOf(id('order')))).rejects.toMatchObject({
    reason: 'peer_quarantined',
  });
  standings[id('order')] = 'quarantined';
  const own = { audience: id('order'), scopes: ['orders:settle'] };
  for (const refused of [
    service.exchangeToken(toOrder, contextOf(id('gateway'))),
    service.issueWorkloadToken(own, contextOf(id('payment'))),
  ]) {
    await expect(refused).rejects.toMatchObject({ reason: 'callee_quarantined' });
  }
});
