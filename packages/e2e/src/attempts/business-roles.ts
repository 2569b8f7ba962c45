import { randomUUID } from 'node:crypto';
import type { RawRequest, ShopAnswer } from '../shop/shop-client.ts';
import type { Attempt } from './attempt.ts';
import { euros, freshOrder, ticket } from './own-order.ts';
import { hold, type RefusedShopPath, refusedShopPath } from './shop-path.ts';
import type { World } from './world.ts';

const alicesOrder = async (world: World): Promise<string> => String((await world.placedOrder()).body.orderId);
const gateway = (method: string, reasons: readonly string[]) =>
  ({ to: 'gateway', method: `/gateway/${method}`, code: '403', reasons }) as const;

const roles: readonly RefusedShopPath[] = [
  {
    id: 'policy/refund-without-role',
    title: 'alice gives herself her money back',
    from: 'alice',
    fault: 'role missing',
    ...gateway('RefundOrder', ['role_missing']),
    ask: async (world) =>
      await world.shop.refundOrder(await world.tokenOf('alice'), await freshOrder(world), randomUUID(), euros(1)),
  },
  {
    id: 'policy/refund-by-support',
    title: "sam of support gives alice's money back, which is for finance",
    from: 'sam',
    fault: 'role missing',
    ...gateway('RefundOrder', ['role_missing']),
    ask: async (world) =>
      await world.shop.refundOrder(await world.tokenOf('sam'), await freshOrder(world), randomUUID(), euros(1)),
  },
  {
    id: 'policy/support-read-without-role',
    title: "bob reads alice's order the way support does",
    from: 'bob',
    fault: 'role missing',
    ...gateway('GetAnyOrder', ['role_missing']),
    ask: async (world) => await world.shop.getAnyOrder(await world.tokenOf('bob'), await alicesOrder(world), ticket),
  },
  {
    id: 'policy/support-list-without-role',
    title: "fiona of finance lists alice's orders, which is for support",
    from: 'fiona',
    fault: 'role missing',
    ...gateway('ListAnyOrders', ['role_missing']),
    ask: async (world) => await world.shop.listAnyOrders(await world.tokenOf('fiona'), 'alice', ticket),
  },
  {
    id: 'policy/read-without-purpose',
    title: "sam reads alice's order and does not say what for",
    from: 'sam',
    fault: 'purpose missing',
    ...gateway('GetAnyOrder', ['purpose_missing']),
    ask: async (world) => await world.shop.getAnyOrder(await world.tokenOf('sam'), await alicesOrder(world), null),
  },
  {
    id: 'policy/list-without-purpose',
    title: "sam lists alice's orders and says no more than x",
    from: 'sam',
    fault: 'purpose missing',
    ...gateway('ListAnyOrders', ['purpose_missing']),
    ask: async (world) => await world.shop.listAnyOrders(await world.tokenOf('sam'), 'alice', 'x'),
  },
  {
    id: 'policy/support-without-anything',
    title: "bob reads alice's order the way support does, and says not even what for: every reason is recorded",
    from: 'bob',
    fault: 'role and purpose missing',
    ...gateway('GetAnyOrder', ['purpose_missing', 'role_missing']),
    ask: async (world) => await world.shop.getAnyOrder(await world.tokenOf('bob'), await alicesOrder(world), null),
  },
  {
    id: 'policy/too-many-calls',
    title: "sam lists alice's orders again and again, as one who copies them all would",
    from: 'sam',
    to: 'order',
    method: '/order.v1.OrderService/ListAnyOrders',
    fault: 'too many calls',
    code: '429',
    reasons: ['rate_exceeded'],
    ask: askUntilTooMany,
  },
];

const mostCalls = 60;

async function askUntilTooMany(world: World): Promise<ShopAnswer> {
  for (let calls = 0; calls < mostCalls; calls++) {
    const answer = await world.shop.listAnyOrders(await world.tokenOf('sam'), 'alice', ticket, { size: 1 });
    if (answer.status !== 200) return answer;
  }
  hold(false, `all of ${mostCalls} calls were answered`);
  throw new Error('unreachable');
}

const order = '/v1/orders/00000000-0000-4000-8000-000000000000';
const requests: Readonly<Record<string, RawRequest>> = {
  ListOrders: { method: 'GET', path: '/v1/orders' },
  GetOrder: { method: 'GET', path: order },
  CancelOrder: { method: 'POST', path: `${order}/cancel` },
  RefundOrder: { method: 'POST', path: `${order}/refunds` },
  GetAnyOrder: { method: 'GET', path: order.replace('/v1', '/v1/support') },
  ListAnyOrders: { method: 'GET', path: '/v1/support/orders?user=alice' },
  GetStock: { method: 'GET', path: '/v1/stock/tea-assam-100g' },
};

/** What policy says of a request without a user beside that. */
const further: Readonly<Record<string, readonly string[]>> = {
  RefundOrder: ['role_missing'],
  GetAnyOrder: ['purpose_missing', 'role_missing'],
  ListAnyOrders: ['purpose_missing', 'role_missing'],
};

const withoutUser = Object.entries(requests).map(
  ([method, request]): RefusedShopPath => ({
    id: `token/no-user-${method}`,
    title: `Somebody who is not logged in asks the gateway for ${method}`,
    from: 'nobody',
    to: 'gateway',
    method: `/gateway/${method}`,
    fault: 'no user token',
    code: '401',
    reasons: ['token_missing', ...(further[method] ?? [])],
    ask: (world) => world.shop.send(null, request),
  }),
);

const madeUp: RefusedShopPath = {
  id: 'token/made-up',
  title: 'Somebody lists orders with a token that is none',
  from: 'nobody',
  to: 'gateway',
  method: '/gateway/ListOrders',
  fault: 'no token',
  code: '401',
  reasons: ['token_malformed'],
  ask: (world) => world.shop.listOrders('made-up'),
};

/** Who may not do what the business knows, for want of a role, a purpose, patience or a login. */
export const refusedRoles: readonly Attempt[] = [...withoutUser, madeUp, ...roles].map(refusedShopPath);
