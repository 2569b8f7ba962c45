import { AuditServiceService } from '@zt/proto/audit';
import { HealthService } from '@zt/proto/health';
import { TokenExchangeServiceService } from '@zt/proto/identity';
import { InventoryServiceService } from '@zt/proto/inventory';
import { OrderServiceService } from '@zt/proto/order';
import { PaymentServiceService } from '@zt/proto/payment';
import { expect, it } from 'vitest';
import { accessGraph } from './access-graph.ts';
import { edges, mayCall, scopesAlong } from './edges.ts';
import { healthMethods, methodsOf, scopesFor } from './methods-of.ts';
import { spiffeIdOf } from './spiffe-id-of.ts';
import { spireEntries } from './spire-entries.ts';

const gateway = 'spiffe://zt.example/ns/shop/sa/gateway';
const order = 'spiffe://zt.example/ns/shop/sa/order';
const inventory = 'spiffe://zt.example/ns/shop/sa/inventory';
const payment = 'spiffe://zt.example/ns/shop/sa/payment';

it.each([
  ['order', OrderServiceService],
  ['inventory', InventoryServiceService],
  ['payment', PaymentServiceService],
  ['identity', TokenExchangeServiceService],
  ['audit', AuditServiceService],
] as const)('names every method that the protocol gives %s, and no other', (name, definition) => {
  const served = [definition, HealthService].flatMap((service) => Object.values(service).map(({ path }) => path));
  expect(methodsOf(accessGraph, name).toSorted()).toEqual(served.toSorted());
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
  expect(spireEntries(accessGraph).map(({ name, dnsNames }) => [name, ...dnsNames])).toEqual([
    ['gateway', 'gateway', 'localhost'],
    ['order', 'order'],
    ['inventory', 'inventory'],
    ['payment', 'payment'],
    ['identity', 'identity', 'localhost'],
    ['audit', 'audit'],
    ['postgres', 'postgres', 'localhost'],
    ['vault', 'vault', 'localhost'],
    ['trust-updater', 'trust-updater'],
    ['operator', 'operator'],
  ]);
  expect(spireEntries(accessGraph)[1]?.spiffeId).toBe(order);
});

it('has no identity and no methods for a name that it does not know', () => {
  expect(() => spiffeIdOf<string>(accessGraph, 'mallory')).toThrow('no mallory');
  expect(() => methodsOf<string>(accessGraph, 'vault')).toThrow('no service vault');
  // @ts-expect-error a name that does not exist does not compile
  expect(() => spiffeIdOf(accessGraph, 'ordre')).toThrow();
});
