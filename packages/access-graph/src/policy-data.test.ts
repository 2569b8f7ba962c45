import { readFileSync } from 'node:fs';
import { type Authorizer, createOpaAuthorizer, type PolicyInput } from '@zt/kit/authz';
import { beforeAll, expect, it, vi } from 'vitest';
import { accessGraph } from './access-graph.ts';
import { healthMethods, methodsOf } from './methods-of.ts';
import { policyData } from './policy-data.ts';
import { spiffeIdOf } from './spiffe-id-of.ts';

vi.mock(import('./define-graph.ts'), async (original) =>
  (await import('./testing/shop-alone.ts')).shopAlone(await original()),
);

const services = ['gateway', 'order', 'inventory', 'payment', 'identity', 'audit'] as const;
type Service = (typeof services)[number];
type Workload = Service | 'operator';
const workloads: readonly Workload[] = [...services, 'operator'];
const id = (name: Workload) => spiffeIdOf(accessGraph, name);

/**
 * Who calls: a person, a workload for a person, a workload in its own name (marked with a star), the third party.
 */
type Caller = 'alice' | Workload | `${Workload}*` | 'card-network';
const callers: readonly Caller[] = [
  'alice',
  ...workloads,
  ...workloads.map((workload): Caller => `${workload}*`),
  'card-network',
];

/** The whole of what may be called by whom; anything else in the table below is refused. */
const allowedCalls: Readonly<Record<string, readonly Caller[]>> = {
  '/gateway/PlaceOrder': ['alice'],
  '/gateway/GetOrder': ['alice'],
  '/gateway/ListOrders': ['alice'],
  '/gateway/CancelOrder': ['alice'],
  '/gateway/RefundOrder': ['alice'],
  '/gateway/GetAnyOrder': ['alice'],
  '/gateway/ListAnyOrders': ['alice'],
  '/gateway/GetStock': ['alice'],
  '/order.v1.OrderService/PlaceOrder': ['gateway'],
  '/order.v1.OrderService/GetOrder': ['gateway'],
  '/order.v1.OrderService/ListOrders': ['gateway'],
  '/order.v1.OrderService/CancelOrder': ['gateway'],
  '/order.v1.OrderService/RefundOrder': ['gateway'],
  '/order.v1.OrderService/GetAnyOrder': ['gateway'],
  '/order.v1.OrderService/ListAnyOrders': ['gateway'],
  '/order.v1.OrderService/RecordSettlement': ['payment*'],
  '/inventory.v1.InventoryService/GetStock': ['gateway'],
  '/inventory.v1.InventoryService/ReserveStock': ['order'],
  '/inventory.v1.InventoryService/CommitReservation': ['order', 'order*'],
  '/inventory.v1.InventoryService/ReleaseReservation': ['order', 'order*'],
  '/payment.v1.PaymentService/AuthorizePayment': ['order'],
  '/payment.v1.PaymentService/CapturePayment': ['order', 'order*'],
  '/payment.v1.PaymentService/VoidPayment': ['order', 'order*'],
  '/payment.v1.PaymentService/RefundPayment': ['order', 'order*'],
  '/payment.v1.PaymentService/ReceiveSettlement': ['card-network'],
  '/identity.v1.UserService/BlockUser': ['operator*'],
  '/identity.v1.UserService/UnblockUser': ['operator*'],
  '/identity.v1.UserService/ListUsers': ['operator*'],
  '/identity.v1.WorkloadService/QuarantineWorkload': ['operator*'],
  '/identity.v1.WorkloadService/ReleaseWorkload': ['operator*'],
  '/identity.v1.WorkloadService/ListQuarantinedWorkloads': ['operator*'],
  '/audit.v1.AuditService/ListDecisions': ['operator*'],
  '/audit.v1.AuditService/PublishPolicyBundle': ['operator*'],
  ...forNobody('/identity.v1.TokenExchangeService/ExchangeToken', ['gateway', 'order']),
  ...forNobody('/identity.v1.TokenExchangeService/IssueWorkloadToken', ['order', 'payment', 'operator']),
  ...forNobody('/identity.v1.TokenExchangeService/GetSigningKeys', [
    'gateway',
    'order',
    'inventory',
    'payment',
    'audit',
  ]),
  ...forNobody('/identity.v1.TokenExchangeService/WatchSessions', ['gateway', 'order', 'inventory', 'payment']),
  ...forNobody('/audit.v1.AuditService/WatchPolicyBundles', ['gateway', 'order', 'inventory', 'payment', 'identity']),
  ...forNobody('/audit.v1.AuditService/RecordDecisions', ['gateway', 'order', 'inventory', 'payment', 'identity']),
};

/** Where no token is taken it makes no difference whose comes with the call. */
function forNobody(method: string, names: readonly Workload[]): Readonly<Record<string, readonly Caller[]>> {
  return { [method]: [...names, ...names.map((name): Caller => `${name}*`)] };
}

const data = policyData(accessGraph);
let authorizer: Authorizer;
beforeAll(async () => {
  // Read as a file: the graph knows nothing of the policy.
  const wasm = new Uint8Array(readFileSync(new URL('../../policy/policy.wasm', import.meta.url)));
  authorizer = await createOpaAuthorizer({ wasm, data });
});

const allScopes = [...new Set(Object.values(data.graph.methods).flatMap((rule) => rule.scopes))];

/** The best call that this caller can make: every scope and role, a purpose, and the chain that it really has. */
function callBy(caller: Caller, service: Service, method: string): PolicyInput {
  const workload = workloads.find((name) => caller === name || caller === `${name}*`);
  // What a third party signs is verified as a token where the rule is for one, and is none anywhere else.
  const hasToken = caller !== 'card-network' || data.graph.methods[method]?.on_behalf_of === 'third party';
  return {
    version: 1,
    method,
    service: id(service),
    peer: workload === undefined ? null : id(workload),
    token: hasToken
      ? {
          subject: caller === 'card-network' ? caller : subjectOf(caller),
          roles: ['customer', 'finance', 'support'],
          audience: id(service),
          scopes: allScopes,
          chain: caller === workload ? chainOf(workload) : [],
          blocked: false,
        }
      : null,
    resource: { amount_minor_units: 100, currency: 'EUR', purpose: 'ticket 4711' },
    time: '2026-01-01T00:00:00.000Z',
    source_address: '127.0.0.1:40000',
    calls_in_window: 1,
    users_in_window: 1,
  };
}

function subjectOf(caller: Caller): string {
  const inOwnName = workloads.find((name) => caller === `${name}*`);
  return inOwnName === undefined ? 'alice' : id(inOwnName);
}

function chainOf(workload: Workload): string[] {
  return workload === 'gateway' ? [id('gateway')] : [id(workload), id('gateway')];
}

it.each(services.flatMap((service) => methodsOf(accessGraph, service).map((method) => [service, method] as const)))(
  'lets %s answer %s for its callers only',
  (service, method) => {
    const allowed = callers.filter((caller) => authorizer.decide(callBy(caller, service, method)).allow);
    expect(allowed.toSorted()).toEqual([...(allowedCalls[method] ?? [service, `${service}*`])].toSorted());
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
    expect(authorizer.decide(call).allow).toBe(true);
    const customer = call.token && { ...call.token, roles: ['customer'] };
    expect(authorizer.decide({ ...call, token: customer }).reasons).toEqual(['amount_over_limit']);
    expect(authorizer.decide({ ...call, token: customer, resource: { amount_minor_units: 999_999 } }).allow).toBe(true);
  }
});

it.each([
  ['RefundOrder', 'finance'],
  ['GetAnyOrder', 'support'],
  ['ListAnyOrders', 'support'],
])('asks for the role of %s at the gateway and at order again', (method, role) => {
  for (const call of [
    callBy('alice', 'gateway', `/gateway/${method}`),
    callBy('gateway', 'order', `/order.v1.OrderService/${method}`),
  ]) {
    const others = ['customer', 'finance', 'support'].filter((other) => other !== role);
    const decision = authorizer.decide({ ...call, token: call.token && { ...call.token, roles: others } });
    expect(decision.reasons).toEqual(['role_missing']);
  }
});

it("asks what anybody's orders are read for, at the gateway and at order again", () => {
  for (const method of ['GetAnyOrder', 'ListAnyOrders']) {
    for (const call of [
      callBy('alice', 'gateway', `/gateway/${method}`),
      callBy('gateway', 'order', `/order.v1.OrderService/${method}`),
    ]) {
      expect(authorizer.decide({ ...call, resource: {} }).reasons).toEqual(['purpose_missing']);
    }
  }
});

it("lets anybody's orders be listed thirty times in ten seconds", () => {
  const method = '/order.v1.OrderService/ListAnyOrders';
  expect(authorizer.ruleFor(method)?.rateLimit).toEqual({ calls: 30, seconds: 10 });
  const call = callBy('gateway', 'order', method);
  expect(authorizer.decide({ ...call, calls_in_window: 30 }).allow).toBe(true);
  expect(authorizer.decide({ ...call, calls_in_window: 31 }).reasons).toEqual(['rate_exceeded']);
});

it('lets the gateway read the orders of ten users in a minute', () => {
  for (const name of ['GetOrder', 'ListOrders']) {
    const method = `/order.v1.OrderService/${name}`;
    expect(authorizer.ruleFor(method)?.distinctUsers).toEqual({ users: 10, seconds: 60 });
    const call = callBy('gateway', 'order', method);
    expect(authorizer.decide({ ...call, users_in_window: 10 }).allow).toBe(true);
    expect(authorizer.decide({ ...call, users_in_window: 11 }).reasons).toEqual(['too_many_users']);
  }
});

it('refuses whoever is blocked, everywhere', () => {
  const forUsers = services.flatMap((service) =>
    methodsOf(accessGraph, service).flatMap((method) => {
      const caller = allowedCalls[method]?.[0];
      const behalf = data.graph.methods[method]?.on_behalf_of;
      return caller !== undefined && behalf?.startsWith('user') ? [callBy(caller, service, method)] : [];
    }),
  );
  expect(forUsers).toHaveLength(23);
  for (const call of forUsers) {
    const decision = authorizer.decide({ ...call, token: call.token && { ...call.token, blocked: true } });
    expect(decision.reasons, call.method).toEqual(['user_blocked']);
  }
});

it('keeps the record of whatever moves money or goods, or stands between users and the shop, on disk before it happens', () => {
  const synced = Object.entries(data.graph.methods).filter(([, rule]) => rule.record === 'synced');
  expect(synced.map(([method]) => method.split('/').at(-1)).toSorted()).toEqual([
    'AuthorizePayment',
    'BlockUser',
    'CancelOrder',
    'CancelOrder',
    'CapturePayment',
    'CommitReservation',
    'ListQuarantinedWorkloads',
    'ListUsers',
    'PlaceOrder',
    'PlaceOrder',
    'PublishPolicyBundle',
    'QuarantineWorkload',
    'ReceiveSettlement',
    'RecordSettlement',
    'RefundOrder',
    'RefundOrder',
    'RefundPayment',
    'ReleaseReservation',
    'ReleaseWorkload',
    'ReserveStock',
    'UnblockUser',
    'VoidPayment',
  ]);
});

it('keeps a record of every call but those in which a service asks itself for its health', () => {
  const { methods } = policyData(accessGraph).graph;
  const unrecorded = Object.keys(methods).filter((method) => methods[method]?.record === 'refusals');
  expect(unrecorded).toEqual(healthMethods);
});

it('observes nothing: every rule is in force', () => {
  expect(Object.values(data.graph.methods).filter(({ observe }) => observe !== undefined)).toEqual([]);
});
