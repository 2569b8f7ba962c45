import { AuditServiceService } from '@zt/proto/audit';
import { HealthService } from '@zt/proto/health';
import { TokenExchangeServiceService, UserServiceService, WorkloadServiceService } from '@zt/proto/identity';
import { InventoryServiceService } from '@zt/proto/inventory';
import { OrderServiceService } from '@zt/proto/order';
import { PaymentServiceService } from '@zt/proto/payment';
import { expect, it, vi } from 'vitest';
import { accessGraph } from './access-graph.ts';
import { edges, mayCall, scopesAlong, workloadEdges } from './edges.ts';
import { healthMethods, methodsOf, scopesFor } from './methods-of.ts';
import { spiffeIdOf } from './spiffe-id-of.ts';
import { workloadIdentities } from './workload-identities.ts';

vi.mock(import('./define-graph.ts'), async (original) =>
  (await import('./testing/shop-alone.ts')).shopAlone(await original()),
);

const gateway = 'spiffe://zt.example/ns/shop/sa/gateway';
const order = 'spiffe://zt.example/ns/shop/sa/order';
const inventory = 'spiffe://zt.example/ns/shop/sa/inventory';
const payment = 'spiffe://zt.example/ns/shop/sa/payment';
const identity = 'spiffe://zt.example/ns/shop/sa/identity';
const audit = 'spiffe://zt.example/ns/shop/sa/audit';
const operator = 'spiffe://zt.example/ns/shop/sa/operator';

/** What third parties call has no SVID behind it, and so nothing in the protocol between workloads. */
const overHttps: readonly string[] = accessGraph.services.flatMap(({ methods }) =>
  methods.filter(({ callers }) => callers.kind === 'third party').map(({ fullName }) => fullName),
);

it('lets one third party in, at one door', () => {
  expect(accessGraph.thirdParties).toEqual(['card-network']);
  expect(overHttps).toEqual(['/payment.v1.PaymentService/ReceiveSettlement']);
});

it.each([
  ['order', [OrderServiceService]],
  ['inventory', [InventoryServiceService]],
  ['payment', [PaymentServiceService]],
  ['identity', [TokenExchangeServiceService, UserServiceService, WorkloadServiceService]],
  ['audit', [AuditServiceService]],
] as const)('names every method that the protocol gives %s, and no other', (name, definitions) => {
  const served = [...definitions, HealthService].flatMap((service) => Object.values(service).map(({ path }) => path));
  const methods = methodsOf(accessGraph, name).filter((method) => !overHttps.includes(method));
  expect(methods.toSorted()).toEqual(served.toSorted());
});

it('takes the health methods from the protocol', () => {
  expect(Object.values(HealthService).map(({ path }) => path)).toEqual(healthMethods);
});

it('lets a user travel along four edges', () => {
  expect(edges(accessGraph)).toEqual([
    { caller: gateway, callee: order, scopes: ['inventory:write', 'orders:read', 'orders:write', 'payments:write'] },
    { caller: gateway, callee: inventory, scopes: ['inventory:read'] },
    { caller: order, callee: inventory, scopes: ['inventory:write'] },
    { caller: order, callee: payment, scopes: ['payments:write'] },
  ]);
});

it('lets workloads call in their own name along five edges, each with what its methods ask for and no more', () => {
  expect(workloadEdges(accessGraph)).toEqual([
    { caller: payment, callee: order, scopes: ['orders:settle'] },
    { caller: order, callee: inventory, scopes: ['inventory:write'] },
    { caller: order, callee: payment, scopes: ['payments:write'] },
    { caller: operator, callee: identity, scopes: ['users:read', 'users:write', 'workloads:read', 'workloads:write'] },
    { caller: operator, callee: audit, scopes: ['audit:read', 'policy:write'] },
  ]);
});

it("keeps a workload's own name off the edges on which users travel, and users off its own", () => {
  expect(mayCall(accessGraph, payment, order)).toBe(false);
  expect(mayCall(accessGraph, operator, identity)).toBe(false);
  expect(scopesAlong(accessGraph, gateway, order)).not.toContain('orders:settle');
  expect(workloadEdges(accessGraph).some(({ caller }) => caller === gateway)).toBe(false);
});

it('names for each method that needs no token who may call it', () => {
  const callersOf = (shortName: string) => {
    const method = accessGraph.services
      .flatMap(({ methods }) => methods)
      .find((found) => found.shortName === shortName);
    return method?.callers.kind === 'workloads' ? method.callers.names : [];
  };
  expect(callersOf('identity.ExchangeToken')).toEqual(['gateway', 'order']);
  expect(callersOf('identity.IssueWorkloadToken')).toEqual(['payment', 'order', 'operator']);
  expect(callersOf('identity.GetSigningKeys')).toEqual(['gateway', 'order', 'inventory', 'payment', 'audit']);
  expect(callersOf('identity.WatchSessions')).toEqual(['gateway', 'order', 'inventory', 'payment']);
  expect(callersOf('audit.RecordDecisions')).toEqual(['gateway', 'order', 'inventory', 'payment', 'identity']);
});

it('knows edges by their direction', () => {
  expect(mayCall(accessGraph, order, payment)).toBe(true);
  expect(mayCall(accessGraph, payment, order)).toBe(false);
  expect(mayCall(accessGraph, gateway, payment)).toBe(false);
  expect(mayCall(accessGraph, order, order)).toBe(false);
  expect(mayCall(accessGraph, order, spiffeIdOf(accessGraph, 'identity'))).toBe(false);
  expect(mayCall(accessGraph, 'order', 'payment')).toBe(false);
  expect(scopesAlong(accessGraph, order, payment)).toEqual(['payments:write']);
  expect(scopesAlong(accessGraph, payment, order)).toEqual([]);
});

it('asks for the scopes of a method and of what it calls in turn, and for no more', () => {
  expect(scopesFor(accessGraph, '/order.v1.OrderService/PlaceOrder')).toEqual([
    'inventory:write',
    'orders:write',
    'payments:write',
  ]);
  expect(scopesFor(accessGraph, '/order.v1.OrderService/GetOrder')).toEqual(['orders:read']);
  expect(scopesFor(accessGraph, '/payment.v1.PaymentService/CapturePayment')).toEqual(['payments:write']);
  expect(() => scopesFor(accessGraph, '/order.v1.OrderService/Other')).toThrow(
    'no method /order.v1.OrderService/Other',
  );
});

it('gives an identity to every workload, its own name first among its DNS names', () => {
  expect(workloadIdentities(accessGraph).map(({ name, dnsNames }) => [name, ...dnsNames])).toEqual([
    ['gateway', 'gateway', 'localhost'],
    ['order', 'order'],
    ['inventory', 'inventory'],
    ['payment', 'payment', 'localhost'],
    ['identity', 'identity', 'localhost'],
    ['audit', 'audit'],
    ['postgres', 'postgres', 'localhost'],
    ['vault', 'vault', 'localhost'],
    ['trust-updater', 'trust-updater'],
    ['operator', 'operator'],
  ]);
  expect(workloadIdentities(accessGraph)[1]?.spiffeId).toBe(order);
});

it('has no identity and no methods for a name that it does not know', () => {
  expect(() => spiffeIdOf<string>(accessGraph, 'mallory')).toThrow('no workload mallory');
  expect(() => methodsOf<string>(accessGraph, 'vault')).toThrow('no service vault');
  // @ts-expect-error a name that does not exist does not compile
  expect(() => spiffeIdOf(accessGraph, 'ordre')).toThrow();
});
