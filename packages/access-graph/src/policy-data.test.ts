import { readFileSync } from 'node:fs';
import { type Authorizer, createOpaAuthorizer, type PolicyInput } from '@zt/kit/authz';
import { beforeAll, expect, it } from 'vitest';
import { accessGraph } from './access-graph.ts';
import { methodsOf } from './methods-of.ts';
import { policyData } from './policy-data.ts';
import { spiffeIdOf } from './spiffe-id-of.ts';

const services = ['gateway', 'order', 'inventory', 'payment', 'identity', 'audit'] as const;
type Service = (typeof services)[number];
const id = (name: Service) => spiffeIdOf(accessGraph, name);

/** The whole of what services and users may call; anything else in the table below is refused. */
const allowedCalls: Readonly<Record<string, readonly (Service | 'alice')[]>> = {
  '/gateway/PlaceOrder': ['alice'],
  '/gateway/GetOrder': ['alice'],
  '/gateway/GetStock': ['alice'],
  '/order.v1.OrderService/PlaceOrder': ['gateway'],
  '/order.v1.OrderService/GetOrder': ['gateway'],
  '/inventory.v1.InventoryService/GetStock': ['gateway'],
  '/inventory.v1.InventoryService/ReserveStock': ['order'],
  '/inventory.v1.InventoryService/CommitReservation': ['order'],
  '/inventory.v1.InventoryService/ReleaseReservation': ['order'],
  '/payment.v1.PaymentService/AuthorizePayment': ['order'],
  '/payment.v1.PaymentService/CapturePayment': ['order'],
  '/identity.v1.TokenExchangeService/ExchangeToken': ['gateway', 'order'],
  '/identity.v1.TokenExchangeService/GetSigningKeys': ['order', 'inventory', 'payment'],
  '/audit.v1.AuditService/RecordDecisions': ['gateway', 'order', 'inventory', 'payment', 'identity'],
};

const data = policyData(accessGraph);
let authorizer: Authorizer;
beforeAll(async () => {
  // Read as a file: the graph knows nothing of the policy.
  const wasm = new Uint8Array(readFileSync(new URL('../../policy/policy.wasm', import.meta.url)));
  authorizer = await createOpaAuthorizer({ wasm, data });
});

/** The best call that this caller can make: every scope, and the chain that it really has. */
function callBy(caller: Service | 'alice', service: Service, method: string): PolicyInput {
  const chains = { alice: [], gateway: [id('gateway')] };
  const chain = caller === 'alice' || caller === 'gateway' ? chains[caller] : [id(caller), id('gateway')];
  const scopes = [...new Set(Object.values(data.graph.methods).flatMap((rule) => rule.scopes))];
  return {
    version: 1,
    method,
    service: id(service),
    peer: caller === 'alice' ? null : id(caller),
    token: { subject: 'alice', roles: ['customer'], audience: id(service), scopes, chain },
    resource: { amount_minor_units: 100, currency: 'EUR' },
    time: '2026-01-01T00:00:00.000Z',
    source_address: '127.0.0.1:40000',
  };
}

it.each(services.flatMap((service) => methodsOf(accessGraph, service).map((method) => [service, method] as const)))(
  'lets %s answer %s for its callers only',
  (service, method) => {
    const callers = [...services, 'alice' as const].filter(
      (caller) => authorizer.decide(callBy(caller, service, method)).allow,
    );
    expect(callers).toEqual(allowedCalls[method] ?? [service]);
  },
);

it('has a rule for nothing but the methods of its services', () => {
  const methods = services.flatMap((service) => methodsOf(accessGraph, service));
  expect(Object.keys(data.graph.methods).toSorted()).toEqual([...new Set(methods)].toSorted());
});

it('reaches payment through order only, and order through the gateway only', () => {
  const call = callBy('order', 'payment', '/payment.v1.PaymentService/CapturePayment');
  for (const chain of [[id('order')], [id('order'), id('inventory'), id('gateway')], [id('gateway')], []]) {
    const decision = authorizer.decide({ ...call, token: call.token && { ...call.token, chain } });
    expect(decision.reasons).toEqual(['chain_not_allowed']);
  }
});

it('asks for the finance role from 10,000.00 on', () => {
  for (const [caller, service, method] of [
    ['gateway', 'order', '/order.v1.OrderService/PlaceOrder'],
    ['order', 'payment', '/payment.v1.PaymentService/AuthorizePayment'],
  ] as const) {
    const call = { ...callBy(caller, service, method), resource: { amount_minor_units: 1_000_000, currency: 'EUR' } };
    expect(authorizer.decide(call).reasons).toEqual(['amount_over_limit']);
    expect(authorizer.decide({ ...call, resource: { amount_minor_units: 999_999 } }).allow).toBe(true);
    const finance = call.token && { ...call.token, roles: ['finance'] };
    expect(authorizer.decide({ ...call, token: finance }).allow).toBe(true);
  }
});

it('blocks mallory everywhere', () => {
  const call = callBy('gateway', 'order', '/order.v1.OrderService/GetOrder');
  const decision = authorizer.decide({ ...call, token: call.token && { ...call.token, subject: 'mallory' } });
  expect(decision.reasons).toEqual(['user_blocked']);
});

it('keeps the record of whatever moves money or goods on disk before it happens', () => {
  const synced = Object.entries(data.graph.methods).filter(([, rule]) => rule.record === 'synced');
  expect(synced.map(([method]) => method.split('/').at(-1)).toSorted()).toEqual([
    'AuthorizePayment',
    'CapturePayment',
    'CommitReservation',
    'PlaceOrder',
    'PlaceOrder',
    'ReleaseReservation',
    'ReserveStock',
  ]);
});
