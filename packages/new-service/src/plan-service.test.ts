import { accessGraph } from '@zt/access-graph';
import { beforeAll, expect, test } from 'vitest';
import { type ContractMethod, readContractMethods } from './contract-methods.ts';
import { planService } from './plan-service.ts';
import { takenNames } from './taken-names.ts';
import { checkoutRoot } from './testing/checkout-root.ts';
import type { Wish } from './wish.ts';

let contracts: ReadonlyMap<string, ContractMethod>;
let taken: ReadonlyMap<string, string>;

beforeAll(async () => {
  [contracts, taken] = await Promise.all([readContractMethods(checkoutRoot), takenNames(checkoutRoot, accessGraph)]);
});

function planOf(wish: Partial<Wish>) {
  const whole = { name: 'lantern', calls: [], calledBy: ['order'], database: true, ...wish };
  return planService(whole, { graph: accessGraph, contracts, taken });
}

test('of a service that is named alone, the first method that reads is called', () => {
  const { callees, choices } = planOf({ calls: ['inventory'] });
  expect(callees).toMatchObject([
    {
      service: 'inventory',
      method: 'GetStock',
      call: 'getStock',
      request: { fullName: 'inventory.v1.GetStockRequest', contract: '@zt/proto/inventory', example: { sku: '' } },
      field: { snake: 'get_stock', camel: 'getStock' },
    },
  ]);
  expect(choices).toContain('of inventory it calls GetStock, the first for users that only reads');
});

test('a service that is named alone calls with its first method that writes and its first that reads', () => {
  expect(planOf({}).methods).toEqual([
    { name: 'CreateLantern', callers: ['order.PlaceOrder'], scope: 'lantern:write', record: 'synced' },
    { name: 'GetLantern', callers: ['order.GetOrder'], scope: 'lantern:read', record: 'written' },
  ]);
});

test('methods that are named are those that call, and are called, and nothing is chosen', () => {
  const { methods, callees, choices } = planOf({
    calls: ['payment.RefundPayment'],
    calledBy: ['order.RefundOrder', 'gateway.GetStock'],
  });
  expect(methods.map(({ callers }) => callers)).toEqual([['order.RefundOrder'], ['gateway.GetStock']]);
  expect(callees.map(({ fullName }) => fullName)).toEqual(['/payment.v1.PaymentService/RefundPayment']);
  expect(choices).toEqual([]);
});

test('a caller without a method that reads calls both with the one that writes', () => {
  expect(planOf({ calledBy: ['payment'] }).methods.map(({ callers }) => callers)).toEqual([
    ['payment.AuthorizePayment'],
    ['payment.AuthorizePayment'],
  ]);
});

test('where nobody is named, the entry point calls', () => {
  const { callers, choices } = planOf({ calledBy: [] });
  expect(callers).toEqual(['gateway']);
  expect(choices).toContain('it is called by gateway, since nobody was named');
});

test('a service without a database only answers', () => {
  const { methods, about, choices } = planOf({ database: false, calls: ['inventory'] });
  expect(methods).toMatchObject([{ name: 'GetLantern', callers: ['order.GetOrder'], record: 'written' }]);
  expect(choices).toContain('of order it is called by GetOrder');
  expect(about).toBe('Answers users about lantern, and asks inventory.');
});

test('what is asked of two services, and what a variable cannot be called, is told apart by their names', () => {
  const method = contracts.get('/order.v1.OrderService/GetOrder');
  const twice = new Map(contracts).set('/inventory.v1.InventoryService/GetStock', method as ContractMethod);
  const plan = planService(
    { name: 'get-stock', calls: ['order', 'inventory'], calledBy: ['gateway'], database: true },
    { graph: accessGraph, contracts: twice, taken },
  );
  expect(plan.callees.map(({ field }) => field.snake)).toEqual(['get_order', 'inventory_get_stock']);
});

test('a name of several words has its own form everywhere', () => {
  expect(planOf({ name: 'gift-factory' })).toMatchObject({
    names: { api: 'gift_factory.v1.GiftFactoryService', contract: '@zt/proto/gift_factory', table: 'gift_factories' },
    methods: [{ name: 'CreateGiftFactory', scope: 'gift-factory:write' }, { name: 'GetGiftFactory' }],
  });
});

test('scopes of another service are not taken over with a name', () => {
  expect(planOf({ name: 'users' }).methods[0]?.scope).toBe('users-service:write');
});

test.each<readonly [Partial<Wish>, string]>([
  [{ name: 'Shipping' }, 'Shipping is no name for a service'],
  [{ name: 'x1' }, 'x1 is no name for a service'],
  [{ name: '-x' }, '-x is no name for a service'],
  [{ name: 'a'.repeat(41) }, 'up to 40 lower-case letters'],
  [{ name: 'order' }, 'order is taken: the access graph has such a service'],
  [{ name: 'operator' }, 'the access graph has such a workload'],
  [{ name: 'card-network' }, 'it is a third party of the access graph'],
  [{ name: 'money' }, 'there is a folder proto/money'],
  [{ name: 'workload-api' }, 'there is a contract @zt/proto/workload-api'],
  [{ name: 'kit' }, 'there is a package @zt/kit'],
  [{ name: 'prepare' }, 'docker-compose.yml has a part of this name'],
  [{ name: 'class' }, 'class is a word of TypeScript'],
  [{ name: 'map' }, 'would hide what Map is in TypeScript'],
  [{ name: 'listen' }, 'LISTEN_ADDRESS is a setting of services'],
  [{ name: 'root' }, 'it is the policy of Vault that allows everything'],
  [{ name: 'references' }, 'is a word of SQL'],
  [{ name: 'lamp-owner' }, 'the name of a database’s owner'],
  [{ calls: ['stockroom'] }, '--calls stockroom: that is neither a service (gateway, order,'],
  [{ calls: ['inventory.Burn'] }, 'inventory has no method Burn: it has GetStock, ReserveStock'],
  [{ calls: ['payment'] }, 'say which one is called, out of payment.AuthorizePayment'],
  [{ calls: ['gateway'] }, 'gateway is where users come in: no service calls it'],
  [{ calls: ['audit.ListDecisions'] }, 'audit.ListDecisions is for a workload: a new service calls for users'],
  [{ calls: ['identity'] }, 'identity.ExchangeToken is for no user'],
  [{ calledBy: ['audit'] }, 'audit does nothing for users'],
  [{ calledBy: ['payment.ReceiveSettlement'] }, 'payment.ReceiveSettlement has no user'],
  [{ calledBy: ['order.Burn'] }, 'order has no method Burn'],
  [{ calls: ['order.PlaceOrder'] }, 'a circle: order.PlaceOrder → the new service → order.PlaceOrder'],
  [
    { calls: ['order.PlaceOrder'], calledBy: ['inventory.ReserveStock'] },
    'a circle: inventory.ReserveStock → the new service → order.PlaceOrder → inventory.ReserveStock',
  ],
])('%j is refused, with the reason', (wish, reason) => {
  expect(() => planOf(wish)).toThrow(reason);
});

test('a method that streams cannot be called, nor one whose messages no package exports', () => {
  const name = '/inventory.v1.InventoryService/GetStock';
  const method = contracts.get(name) ?? expect.fail();
  const planWith = (changed: Partial<ContractMethod>) => () =>
    planService(
      { name: 'lantern', calls: ['inventory'], calledBy: ['order'], database: true },
      { graph: accessGraph, contracts: new Map(contracts).set(name, { ...method, ...changed }), taken },
    );
  const empty = { fullName: 'google.protobuf.Empty', name: 'Empty', file: 'google/protobuf/empty.proto', example: {} };
  expect(planWith({ streams: true })).toThrow('inventory.GetStock streams');
  expect(planWith({ response: empty })).toThrow('google.protobuf.Empty, which @zt/proto does not export');
});
