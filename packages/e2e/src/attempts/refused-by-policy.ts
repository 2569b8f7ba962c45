import { randomUUID } from 'node:crypto';
import type { ShopAnswer } from '../shop/shop-client.ts';
import type { Workload } from '../stack-description.ts';
import type { Attempt } from './attempt.ts';
import { assertHandlerDidNotRun, evidenceOf } from './evidence.ts';
import { refusedWhileBlocked } from './refused-by-policy-blocked.ts';
import { refusedPastTheGateway } from './refused-by-policy-inside.ts';
import { largeOrder, type World } from './world.ts';

interface PolicyFault {
  readonly id: string;
  readonly title: string;
  readonly user: string;
  readonly to: Workload;
  readonly method: string;
  readonly fault: string;
  readonly reasons: readonly string[];
  readonly ask: (world: World, token: string) => Promise<ShopAnswer>;
}

const ticket = 'ticket 4711';
const oneEuro = { currency: 'EUR', minorUnits: 100 };

const readAnyOrder =
  (purpose: string | null) =>
  async (world: World, token: string): Promise<ShopAnswer> =>
    await world.shop.getAnyOrder(token, String((await world.placedOrder()).body.orderId), purpose);

const refund = async (world: World, token: string): Promise<ShopAnswer> =>
  await world.shop.refundOrder(token, String((await world.placedOrder()).body.orderId), randomUUID(), oneEuro);

const faults: readonly PolicyFault[] = [
  {
    id: 'policy/amount-over-limit',
    title: 'alice, who is not of finance, orders for 12,495.00',
    user: 'alice',
    to: 'order',
    method: '/order.v1.OrderService/PlaceOrder',
    fault: 'amount over the limit',
    reasons: ['amount_over_limit'],
    ask: (world, token) => world.shop.placeOrder(token, randomUUID(), largeOrder),
  },
  {
    id: 'policy/refund-by-a-customer',
    title: 'alice refunds her own order, which is for finance',
    user: 'alice',
    to: 'gateway',
    method: '/gateway/RefundOrder',
    fault: 'role missing',
    reasons: ['role_missing'],
    ask: refund,
  },
  {
    id: 'policy/refund-by-support',
    title: "sam of support refunds alice's order, which is for finance",
    user: 'sam',
    to: 'gateway',
    method: '/gateway/RefundOrder',
    fault: 'role missing',
    reasons: ['role_missing'],
    ask: refund,
  },
  {
    id: 'policy/any-order-by-a-customer',
    title: "bob reads alice's order in the way that is for support, and says what for",
    user: 'bob',
    to: 'gateway',
    method: '/gateway/GetAnyOrder',
    fault: 'role missing',
    reasons: ['role_missing'],
    ask: readAnyOrder(ticket),
  },
  {
    id: 'policy/any-orders-by-finance',
    title: "fiona of finance lists alice's orders in the way that is for support",
    user: 'fiona',
    to: 'gateway',
    method: '/gateway/ListAnyOrders',
    fault: 'role missing',
    reasons: ['role_missing'],
    ask: (world, token) => world.shop.listAnyOrders(token, 'alice', ticket),
  },
  {
    id: 'policy/any-order-without-purpose',
    title: "sam of support reads alice's order and doesn't say what for",
    user: 'sam',
    to: 'gateway',
    method: '/gateway/GetAnyOrder',
    fault: 'purpose missing',
    reasons: ['purpose_missing'],
    ask: readAnyOrder(null),
  },
  {
    id: 'policy/any-order-with-next-to-no-purpose',
    title: "sam of support reads alice's order for a purpose of three characters",
    user: 'sam',
    to: 'gateway',
    method: '/gateway/GetAnyOrder',
    fault: 'purpose too short',
    reasons: ['purpose_missing'],
    ask: readAnyOrder('T-1'),
  },
  {
    id: 'policy/any-orders-without-role-or-purpose',
    title: "alice lists bob's orders in the way that is for support and doesn't say what for",
    user: 'alice',
    to: 'gateway',
    method: '/gateway/ListAnyOrders',
    fault: 'role and purpose missing',
    reasons: ['purpose_missing', 'role_missing'],
    ask: (world, token) => world.shop.listAnyOrders(token, 'bob', null),
  },
];

function refusedByPolicy(fault: PolicyFault): Attempt {
  const { id, title, user, to, method, reasons } = fault;
  return {
    id,
    title,
    from: user,
    to,
    method,
    fault: fault.fault,
    expected: { code: '403', reasons },
    async run(world) {
      const answer = await fault.ask(world, await world.tokenOf(user));
      const refused = (await world.ledger.trace(answer.traceId)).find((record) => !record.allowed) ?? null;
      await assertHandlerDidNotRun(world, refused);
      const { service = to } = refused ?? {};
      return evidenceOf(
        { code: String(answer.status), message: String(answer.body.detail) },
        service.slice(service.lastIndexOf('/') + 1),
        refused,
      );
    },
  };
}

const otherUsersOrder: Attempt = {
  id: 'business/order-of-another-user',
  title: "bob looks at alice's order",
  from: 'bob',
  to: 'order',
  method: '/order.v1.OrderService/GetOrder',
  fault: "another user's order",
  // Policy lets bob ask for orders; that this one is not his is the service's own rule, and it doesn't say that it exists.
  expected: { code: '404', reasons: [] },
  async run(world) {
    const placed = await world.placedOrder();
    const answer = await world.shop.getOrder(await world.tokenOf('bob'), String(placed.body.orderId));
    const record = (await world.ledger.trace(answer.traceId)).find(({ method }) => method === this.method) ?? null;
    return evidenceOf({ code: String(answer.status), message: String(answer.body.detail) }, 'order', record);
  },
};

/** The right workload and a good token are not enough. */
export const refusedByRules: readonly Attempt[] = [
  ...faults.map(refusedByPolicy),
  ...refusedPastTheGateway,
  ...refusedWhileBlocked,
  otherUsersOrder,
];
