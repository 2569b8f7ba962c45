import { parseDelegationChain, type VerifiedToken } from '@zt/kit/delegation';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ExchangeFacts, type ExchangeRequest, exchange } from './exchange.ts';
import { createExchangeGraph } from './exchange-graph.ts';

const id = (name: string) => `spiffe://zt.example/ns/shop/sa/${name}`;
const [gateway, order, inventory, payment] = [id('gateway'), id('order'), id('inventory'), id('payment')];

const graph = createExchangeGraph(
  [
    { caller: gateway, callee: order, scopes: ['inventory:write', 'orders:read', 'orders:write', 'payments:write'] },
    { caller: gateway, callee: inventory, scopes: ['inventory:read'] },
    { caller: order, callee: inventory, scopes: ['inventory:write'] },
    { caller: order, callee: payment, scopes: ['payments:write'] },
  ],
  [gateway],
);

const now = new Date('2030-01-01T12:00:00Z');
const seconds = now.getTime() / 1000;
const after = (wait: number) => new Date(now.getTime() + wait * 1000);

const userToken: VerifiedToken = {
  id: 'user-token',
  subject: 'alice',
  roles: ['support'],
  sessionId: 'session-1',
  audience: gateway,
  scopes: ['orders:write', 'payments:write', 'orders:read', 'inventory:read'],
  chain: [],
  issuedAt: after(-30),
  expiresAt: after(570),
};
const exchangedToken: VerifiedToken = {
  ...userToken,
  id: 'exchanged-token',
  audience: order,
  scopes: ['payments:write'],
  chain: [gateway],
  expiresAt: after(50),
};

const facts: ExchangeFacts = {
  now,
  graph,
  session: { active: true, endsAt: after(3600) },
  issuer: id('identity'),
  tokenId: 'new-token',
};
const fromGateway: ExchangeRequest = {
  client: gateway,
  subject: userToken,
  audience: order,
  scopes: ['payments:write', 'orders:write'],
};
const fromOrder: ExchangeRequest = {
  client: order,
  subject: exchangedToken,
  audience: payment,
  scopes: ['payments:write'],
};

function claimsOf(request: ExchangeRequest, changes: Partial<ExchangeFacts> = {}) {
  const outcome = exchange(request, { ...facts, ...changes });
  if (outcome.kind === 'refused') throw new Error(`refused: ${outcome.reason}`);
  return outcome.claims;
}

function reasonOf(request: ExchangeRequest, changes: Partial<ExchangeFacts> = {}) {
  const outcome = exchange(request, { ...facts, ...changes });
  return outcome.kind === 'refused' ? outcome.reason : 'granted';
}

test("the gateway exchanges the user's token for one that order takes from the gateway only", () => {
  expect(claimsOf(fromGateway)).toEqual({
    iss: id('identity'),
    aud: order,
    sub: 'alice',
    jti: 'new-token',
    iat: seconds,
    exp: seconds + 60,
    sid: 'session-1',
    roles: ['support'],
    scope: 'orders:write payments:write',
    act: { sub: gateway },
  });
});

test('the next workload is put on top of the chain', () => {
  expect(claimsOf(fromOrder)).toMatchObject({ aud: payment, act: { sub: order, act: { sub: gateway } } });
});

describe('a token ends', () => {
  test('after 60 s', () => {
    expect(claimsOf(fromGateway).exp).toBe(seconds + 60);
  });
  test('no later than its subject token', () => {
    expect(claimsOf(fromOrder).exp).toBe(seconds + 50);
  });
  test('no later than the session', () => {
    expect(claimsOf(fromGateway, { session: { active: true, endsAt: after(7.9) } }).exp).toBe(seconds + 7);
  });
});

test('a scope that is asked for twice is given once, and none is given where none is asked for', () => {
  expect(claimsOf({ ...fromGateway, scopes: ['orders:read', 'orders:read'] }).scope).toBe('orders:read');
  expect(claimsOf({ ...fromGateway, scopes: [] }).scope).toBe('');
});

describe('an exchange is refused', () => {
  const subject = (changes: Partial<VerifiedToken>): ExchangeRequest => ({
    ...fromOrder,
    subject: { ...exchangedToken, ...changes },
  });

  test.each([
    ['for a token that is for somebody else', 'token_audience_wrong', { ...fromOrder, client: gateway }],
    ["for a user's token behind the entry point", 'token_type_wrong', subject({ chain: [] })],
    [
      'for an exchanged token at the entry point',
      'token_type_wrong',
      { ...fromGateway, subject: { ...userToken, chain: [order] } },
    ],
    ['for a chain that the client is no part of', 'chain_not_allowed', subject({ chain: [inventory] })],
    [
      'for a chain that does not start at the entry point',
      'chain_not_allowed',
      { ...subject({ audience: payment, chain: [order] }), client: payment, audience: order },
    ],
    ['for a chain with a step that the graph lacks', 'chain_not_allowed', subject({ chain: [payment, gateway] })],
    ['for a token that has just expired', 'token_expired', subject({ expiresAt: now })],
    ['for a token that has less than a second', 'token_expired', subject({ expiresAt: after(0.9) })],
    ['towards a workload that the client does not call', 'caller_not_allowed', { ...fromGateway, audience: payment }],
    ['towards a workload that nobody knows', 'caller_not_allowed', { ...fromGateway, audience: id('other') }],
    ['towards the client itself', 'caller_not_allowed', { ...fromGateway, audience: gateway }],
    ['against the direction of an edge', 'caller_not_allowed', { ...fromOrder, audience: gateway }],
    ['with a scope that the subject token lacks', 'scope_missing', { ...fromGateway, scopes: ['inventory:write'] }],
    ['with a scope that the target does not need', 'scope_missing', { ...fromGateway, scopes: ['inventory:read'] }],
    [
      'with a scope among good ones that is unknown',
      'scope_missing',
      { ...fromOrder, scopes: ['payments:write', 'x'] },
    ],
  ] as const)('%s (%s)', (_title, reason, request) => {
    expect(reasonOf(request)).toBe(reason);
  });

  test('for a user who has logged out', () => {
    expect(reasonOf(fromOrder, { session: { active: false } })).toBe('session_ended');
  });

  test('for a session that has just ended', () => {
    expect(reasonOf(fromOrder, { session: { active: true, endsAt: now } })).toBe('session_ended');
  });

  test('for a chain that is as long as chains may be', () => {
    const loop = createExchangeGraph(
      [
        { caller: gateway, callee: order, scopes: [] },
        { caller: order, callee: order, scopes: [] },
      ],
      [gateway],
    );
    const chain = [...Array.from({ length: 7 }, () => order), gateway];
    expect(reasonOf({ ...subject({ chain }), audience: order, scopes: [] }, { graph: loop })).toBe('chain_not_allowed');
  });

  test('at a time that is none', () => {
    expect(reasonOf(fromOrder, { now: new Date(Number.NaN) })).toBe('token_expired');
  });
});

test('whatever is asked, a token never has more scope, more life or another user, and its chain has grown by the client', () => {
  const names = fc.constantFrom(gateway, order, inventory, payment);
  const scopes = fc.subarray(['orders:read', 'orders:write', 'inventory:read', 'inventory:write', 'payments:write']);
  const lives = fc.oneof(fc.integer({ min: 1, max: 120 }), fc.integer({ min: -5, max: 1 }));
  // Mostly requests that could be granted, each with something else about it changed now and then.
  const usual = (value: string) => fc.oneof({ weight: 6, arbitrary: fc.constant(value) }, names);
  const paths = fc.constantFrom([order, gateway], [inventory, gateway], [payment, order, gateway]);
  const requests = paths.chain(([audience = '', client = '', ...chain]) =>
    fc.record({
      audience: usual(audience),
      client: usual(client),
      scopes: fc.oneof(fc.constant([]), scopes),
      subject: fc.record({ audience: usual(client), chain: fc.tuple(...chain.map(usual)), scopes, life: lives }),
      session: lives,
    }),
  );
  let granted = 0;
  fc.assert(
    fc.property(requests, ({ subject: { life, ...changes }, session, ...request }) => {
      const subject: VerifiedToken = { ...userToken, ...changes, expiresAt: after(life) };
      const endsAt = after(session);
      const outcome = exchange({ ...request, subject }, { ...facts, session: { active: true, endsAt } });
      if (outcome.kind === 'refused') return;
      granted++;
      const { claims } = outcome;
      const possible = graph.scopesAlong(request.client, request.audience) ?? [];
      for (const scope of claims.scope.split(' ').filter((name) => name !== '')) {
        expect(subject.scopes).toContain(scope);
        expect(possible).toContain(scope);
      }
      expect(claims.exp).toBeLessThanOrEqual(Math.min(seconds + 60, seconds + life, seconds + session));
      expect(claims.exp).toBeGreaterThan(claims.iat);
      expect([claims.sub, claims.sid, claims.aud]).toEqual(['alice', 'session-1', request.audience]);
      expect(subject.audience).toBe(request.client);
      expect(parseDelegationChain(claims.act)).toEqual([request.client, ...subject.chain]);
      expect(parseDelegationChain(claims.act).at(-1)).toBe(gateway);
    }),
    { numRuns: 2000 },
  );
  expect(granted).toBeGreaterThan(100);
});
