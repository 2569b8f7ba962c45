import { loadPolicy } from '@open-policy-agent/opa-wasm';
import { expect, it } from 'vitest';
import { policyWasm } from './index.ts';

const gateway = 'spiffe://zt.example/ns/shop/sa/gateway';
const order = 'spiffe://zt.example/ns/shop/sa/order';

const graph = {
  trust_domain: 'zt.example',
  methods: {
    '/order.v1.OrderService/PlaceOrder': {
      service: order,
      callers: [gateway],
      on_behalf_of: 'user',
      scopes: ['orders:write'],
      amount_limit: { minor_units: 1_000_000, role: 'finance' },
    },
  },
  entry_points: [gateway],
  edges: { [order]: [gateway] },
};

const token = {
  subject: 'alice',
  roles: [],
  audience: order,
  scopes: ['orders:write'],
  chain: [gateway],
  blocked: false,
};

const placeOrder = {
  version: 1,
  method: '/order.v1.OrderService/PlaceOrder',
  service: order,
  peer: gateway,
  token,
  resource: { amount_minor_units: 100 },
  time: '2026-01-01T00:00:00Z',
  source_address: '127.0.0.1:40000',
  calls_in_window: null,
  users_in_window: null,
};

const policy = await loadPolicy(policyWasm);

function decide(input: unknown, data: object = { graph }): unknown {
  policy.setData(data);
  return policy.evaluate(input, 'zt/authz/decision');
}

function refusal(...reasons: string[]): unknown {
  return [{ result: { allow: false, reasons, observed: [], rule: 'order.v1.OrderService/PlaceOrder' } }];
}

function withConditions(conditions: object): object {
  const rule = graph.methods['/order.v1.OrderService/PlaceOrder'];
  return { graph: { ...graph, methods: { '/order.v1.OrderService/PlaceOrder': { ...rule, ...conditions } } } };
}

it('allows a good call, and names the rule', () => {
  const rule = 'order.v1.OrderService/PlaceOrder';
  expect(decide(placeOrder)).toEqual([{ result: { allow: true, reasons: [], observed: [], rule } }]);
});

it('names every reason that applies, in order of the alphabet', () => {
  const bad = { ...placeOrder, peer: order, token: { ...token, blocked: true, scopes: [] } };
  expect(decide(bad)).toEqual(refusal('caller_not_allowed', 'chain_not_allowed', 'scope_missing', 'user_blocked'));
});

it('refuses a call without a token', () => {
  expect(decide({ ...placeOrder, token: null })).toEqual(refusal('user_required'));
});

it('compares amounts as numbers', () => {
  expect(decide({ ...placeOrder, resource: { amount_minor_units: 1_000_000 } })).toEqual(refusal('amount_over_limit'));
  expect(decide({ ...placeOrder, resource: { amount_minor_units: '1' } })).toEqual(
    refusal('amount_over_limit', 'policy_failed'),
  );
});

it('lets an observed reason pass, and says so', () => {
  const data = withConditions({ observe: ['user_blocked'] });
  expect(decide({ ...placeOrder, token: { ...token, blocked: true } }, data)).toMatchObject([
    { result: { allow: true, reasons: [], observed: ['user_blocked'] } },
  ]);
});

it.each([
  ['127.0.0.1:40000', true],
  ['::ffff:127.0.0.1:40000', true],
  ['::1:40000', true],
  ['[::1]:40000', true],
  ['127.0.0.1/32:40000', false],
  ['128.0.0.1:40000', false],
  ['::2:40000', false],
  ['fe80::1%eth0:40000', false],
  ['localhost:40000', false],
  ['010.0.0.1:40000', false],
  ['', false],
])('reads the address %s as OPA itself does', (address, inside) => {
  const data = withConditions({ networks: ['127.0.0.0/8', '::1/128'] });
  expect(decide({ ...placeOrder, source_address: address }, data)).toEqual(
    inside
      ? [{ result: { allow: true, reasons: [], observed: [], rule: 'order.v1.OrderService/PlaceOrder' } }]
      : refusal('network_not_allowed'),
  );
});

it('reads the hour from the time of the call', () => {
  const data = withConditions({ hours: { from: '22:00', until: '06:00' } });
  expect(decide(placeOrder, data)).toMatchObject([{ result: { allow: true } }]);
  expect(decide({ ...placeOrder, time: '2026-01-01T06:00:00Z' }, data)).toEqual(refusal('outside_hours'));
});

it.each([undefined, null, 0, '', 'text', [], {}, true])('refuses %j as input', (input) => {
  expect(decide(input)).toMatchObject([{ result: { allow: false, rule: 'default' } }]);
});

it.each([{}, { graph: null }, { graph: [] }, { graph: { methods: null } }])('refuses with %j as data', (data) => {
  expect(decide(placeOrder, data)).toMatchObject([{ result: { allow: false, reasons: ['method_has_no_rule'] } }]);
});

it.each(Object.keys(placeOrder))('refuses an input without %s', (field) => {
  const input: Record<string, unknown> = { ...placeOrder };
  delete input[field];
  expect(decide(input)).toMatchObject([{ result: { allow: false } }]);
});
