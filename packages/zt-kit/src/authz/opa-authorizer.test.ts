import { readFileSync } from 'node:fs';
import { afterEach, beforeAll, expect, it, vi } from 'vitest';
import type { Authorizer, PolicyInput } from './authorizer.ts';
import { createOpaAuthorizer } from './opa-authorizer.ts';
import { ownScopesOf, type PolicyData, tokenScopesOf } from './policy-data.ts';

// Read as a file: the kit depends on no policy.
const wasm = new Uint8Array(readFileSync(new URL('../../../policy/policy.wasm', import.meta.url)));

const gateway = 'spiffe://zt.example/ns/shop/sa/gateway';
const order = 'spiffe://zt.example/ns/shop/sa/order';
const placeOrder = '/order.v1.OrderService/PlaceOrder';
const settle = '/order.v1.OrderService/Settle';
const receiveNotice = '/order.v1.OrderService/ReceiveNotice';
const checkHealth = '/grpc.health.v1.Health/Check';

const data = {
  graph: {
    trust_domain: 'zt.example',
    methods: {
      [placeOrder]: {
        service: order,
        callers: [gateway],
        on_behalf_of: 'user',
        scopes: ['orders:write'],
        token_scopes: ['orders:write', 'payments:write'],
        record: 'synced',
        amount_limit: { minor_units: 1_000_000, role: 'finance' },
      },
      [settle]: {
        service: order,
        callers: [gateway],
        on_behalf_of: 'user or workload',
        scopes: ['orders:settle'],
        token_scopes: ['orders:settle', 'payments:write'],
        record: 'synced',
      },
      [receiveNotice]: {
        service: order,
        callers: { third_party: 'card-network' },
        on_behalf_of: 'third party',
        scopes: [],
        token_scopes: [],
        record: 'synced',
        rate_limit: { calls: 2, seconds: 10 },
      },
      [checkHealth]: {
        services: [gateway, order],
        callers: 'itself',
        on_behalf_of: 'nobody',
        scopes: [],
        token_scopes: [],
        record: 'refusals',
      },
    },
    entry_points: [gateway],
    edges: { [order]: [gateway] },
  },
} satisfies PolicyData;

const alice = {
  subject: 'alice',
  roles: [],
  audience: order,
  scopes: ['orders:write'],
  chain: [gateway],
  blocked: false,
};

const goodCall: PolicyInput = {
  version: 1,
  method: placeOrder,
  service: order,
  peer: gateway,
  token: alice,
  resource: { amount_minor_units: 100, currency: 'EUR' },
  time: '2026-01-01T00:00:00.000Z',
  source_address: '127.0.0.1:40000',
  calls_in_window: null,
  users_in_window: null,
};

const failed = { allow: false, reasons: ['policy_failed'], observed: [], rule: 'default' };

let authorizer: Authorizer;
beforeAll(async () => {
  authorizer = await createOpaAuthorizer({ wasm, data });
});

afterEach(() => {
  vi.doUnmock('@open-policy-agent/opa-wasm');
  vi.resetModules();
});

/** What the authorizer makes of a policy that gives this answer. */
async function decideWith(evaluate: () => unknown): Promise<unknown> {
  const policy = { entrypoints: { 'zt/authz/decision': 0 }, setData: () => undefined, evaluate };
  vi.resetModules();
  vi.doMock('@open-policy-agent/opa-wasm', () => ({ loadPolicy: async () => policy }));
  const fresh = await import('./opa-authorizer.ts');
  return (await fresh.createOpaAuthorizer({ wasm, data })).decide(goodCall);
}

it('allows a good call', () => {
  const rule = 'order.v1.OrderService/PlaceOrder';
  expect(authorizer.decide(goodCall)).toEqual({ allow: true, reasons: [], observed: [], rule });
});

it('refuses with every reason that applies', () => {
  const decision = authorizer.decide({ ...goodCall, token: { ...alice, blocked: true, scopes: [] } });
  expect(decision).toMatchObject({ allow: false, reasons: ['scope_missing', 'user_blocked'] });
});

it('keeps nothing from one decision to the next', () => {
  authorizer.decide({ ...goodCall, resource: { amount_minor_units: 1, note: 'x'.repeat(20_000) } });
  expect(authorizer.decide({ ...goodCall, token: null }).reasons).toEqual(['user_required']);
  expect(authorizer.decide(goodCall).allow).toBe(true);
});

it('says what a rule asks for, and nothing where there is no rule', () => {
  const plain = { thirdParty: null, rateLimit: null, distinctUsers: null };
  expect(authorizer.ruleFor(placeOrder)).toEqual({ ...plain, onBehalfOf: 'user', record: 'synced' });
  expect(authorizer.ruleFor(checkHealth)).toEqual({ ...plain, onBehalfOf: 'nobody', record: 'refusals' });
  const notice = { ...plain, onBehalfOf: 'third party', thirdParty: 'card-network', record: 'synced' };
  expect(authorizer.ruleFor(receiveNotice)).toEqual({ ...notice, rateLimit: { calls: 2, seconds: 10 } });
  expect(authorizer.ruleFor('/order.v1.OrderService/Unknown')).toBeUndefined();
  expect(authorizer.ruleFor('constructor')).toBeUndefined();
  expect(authorizer.ruleFor('__proto__')).toBeUndefined();
});

it('reads a rule written in no known way as the stricter one', async () => {
  const methods = { '/a/B': { ...data.graph.methods[placeOrder], on_behalf_of: 'Nobody', record: 'later' } };
  const strict = await createOpaAuthorizer({
    wasm,
    data: { graph: { ...data.graph, methods } } as unknown as PolicyData,
  });
  expect(strict.ruleFor('/a/B')).toMatchObject({ onBehalfOf: 'user', record: 'synced' });
});

it.each([null, 7, 'users ', {}])(
  'reads callers that are written in no known way, such as %j, as nobody',
  async (callers) => {
    const methods = { [placeOrder]: { ...data.graph.methods[placeOrder], callers } };
    const strict = await createOpaAuthorizer({
      wasm,
      data: { graph: { ...data.graph, methods } } as unknown as PolicyData,
    });
    expect(strict.ruleFor(placeOrder)).toMatchObject({ thirdParty: null });
    expect(strict.decide(goodCall).reasons).toContain('caller_not_allowed');
  },
);

it('gives another revision for other data or another policy, and the same for the same in another order', async () => {
  const { edges, ...rest } = data.graph;
  const reordered = await createOpaAuthorizer({ wasm, data: { graph: { edges, ...rest } } });
  expect(reordered.revision).toBe(authorizer.revision);
  expect(authorizer.revision).toMatch(/^[0-9a-f]{12}$/);
  const otherData = await createOpaAuthorizer({ wasm, data: { graph: { ...data.graph, entry_points: [] } } });
  expect(otherData.revision).not.toBe(authorizer.revision);
  // An empty custom section changes the module's bytes and nothing else.
  const otherWasm = new Uint8Array([...wasm, 0, 2, 1, 0x78]);
  expect((await createOpaAuthorizer({ wasm: otherWasm, data })).revision).not.toBe(authorizer.revision);
});

it('is not moved by later changes to the data or the module that it was made with', async () => {
  const mine = structuredClone(data) as unknown as {
    graph: { edges: Record<string, unknown>; methods: Record<string, unknown> };
  };
  const module = new Uint8Array(wasm);
  const own = await createOpaAuthorizer({ wasm: module, data: mine as unknown as PolicyData });
  delete mine.graph.edges[order];
  delete mine.graph.methods[placeOrder];
  module.fill(0);
  expect(own.decide(goodCall).allow).toBe(true);
  expect(own.ruleFor(placeOrder)).toBeDefined();
  expect(Object.isFrozen(own.ruleFor(placeOrder))).toBe(true);
});

it.each([undefined, null, 'text', [], {}, { ...goodCall, version: 2 }, { ...goodCall, peer: 7 }])(
  'refuses input of another shape: %j',
  (input) => {
    const decision = authorizer.decide(input as unknown as PolicyInput);
    expect(decision.allow).toBe(false);
    expect(decision.reasons).toContain('policy_failed');
  },
);

it('refuses input that cannot be written as JSON, and decides the next call', () => {
  const circular: Record<string, unknown> = { ...goodCall };
  circular.resource = circular;
  expect(authorizer.decide(circular as unknown as PolicyInput)).toEqual(failed);
  expect(authorizer.decide({ ...goodCall, resource: { amount_minor_units: 1n as unknown as number } })).toEqual(failed);
  expect(authorizer.decide(goodCall).allow).toBe(true);
});

it('refuses input that is too long', () => {
  const note = 'x'.repeat(40_000);
  expect(authorizer.decide({ ...goodCall, resource: { amount_minor_units: 1, note } })).toEqual(failed);
});

it('does not take an amount that is no number for a small one', () => {
  for (const amount of [Number.NaN, Number.POSITIVE_INFINITY, -1]) {
    expect(authorizer.decide({ ...goodCall, resource: { amount_minor_units: amount } }).allow).toBe(false);
  }
});

it('tells texts apart that differ in odd characters only', () => {
  for (const scope of ['orders:write', 'orders:write\u0000', '\ud800', 'orders:wr\u00efte']) {
    const decision = authorizer.decide({ ...goodCall, token: { ...alice, scopes: [scope] } });
    expect(decision.allow, JSON.stringify(scope)).toBe(scope === 'orders:write');
  }
  const method = `${placeOrder}\u0000`;
  expect(authorizer.decide({ ...goodCall, method }).reasons).toEqual(['method_has_no_rule']);
});

it('rejects a module that is no policy', async () => {
  await expect(createOpaAuthorizer({ wasm: new Uint8Array(8), data })).rejects.toThrow();
  await expect(createOpaAuthorizer({ wasm: wasm.slice(0, 1000), data })).rejects.toThrow();
});

it('says which scopes a token for a method has to carry', () => {
  expect(tokenScopesOf(data, placeOrder)).toEqual(['orders:write', 'payments:write']);
  expect(tokenScopesOf(data, checkHealth)).toBeNull();
  expect(tokenScopesOf(data, settle)).toEqual(['orders:settle', 'payments:write']);
  expect(tokenScopesOf(data, receiveNotice)).toBeNull();
  expect(() => tokenScopesOf(data, '/none')).toThrow('/none');
});

it("says which scopes a workload's own token for a method has to carry: what it calls in turn, it calls for itself", () => {
  expect(ownScopesOf(data, settle)).toEqual(['orders:settle']);
  expect(ownScopesOf(data, placeOrder)).toBeNull();
  expect(ownScopesOf(data, checkHealth)).toBeNull();
  expect(() => ownScopesOf(data, 'constructor')).toThrow('constructor');
});

const allowed = { allow: true, reasons: [], observed: [], rule: 'r' };

it('takes an answer of the agreed shape', async () => {
  expect(await decideWith(() => [{ result: allowed }])).toEqual(allowed);
});

it.each([
  ['no result', []],
  ['nothing', undefined],
  ['two results', [{ result: allowed }, { result: allowed }]],
  ['a bare truth', [{ result: true }]],
  ['null', [{ result: null }]],
  ['an entry that is null', [null]],
  ['a result without allow', [{ result: { reasons: [], observed: [], rule: 'r' } }]],
  ['an allow that is a text', [{ result: { ...allowed, allow: 'true' } }]],
  ['an allow with reasons against it', [{ result: { ...allowed, reasons: ['user_blocked'] } }]],
  ['a refusal without a reason', [{ result: { ...allowed, allow: false } }]],
  [
    'a reason that nobody knows',
    [{ result: { ...allowed, allow: false, reasons: ['user_blocked', 'alice@example'] } }],
  ],
  ['a reason that is not for policy', [{ result: { ...allowed, allow: false, reasons: ['token_expired'] } }]],
  ['an observation that nobody knows', [{ result: { ...allowed, observed: ['constructor'] } }]],
  ['reasons that are no list', [{ result: { ...allowed, allow: false, reasons: { length: 1 } } }]],
  ['no rule', [{ result: { allow: true, reasons: [], observed: [] } }]],
])('refuses when policy answers with %s', async (_title, answer) => {
  expect(await decideWith(() => answer)).toEqual(failed);
});

it('refuses when policy throws', async () => {
  const decision = await decideWith(() => {
    throw new Error('out of memory');
  });
  expect(decision).toEqual(failed);
});

it('does not start without the entry point', async () => {
  vi.resetModules();
  vi.doMock('@open-policy-agent/opa-wasm', () => ({
    loadPolicy: async () => ({ entrypoints: { 'zt/authz/other': 0 } }),
  }));
  const fresh = await import('./opa-authorizer.ts');
  await expect(fresh.createOpaAuthorizer({ wasm, data })).rejects.toThrow('zt/authz/decision');
});
