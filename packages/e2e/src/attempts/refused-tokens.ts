import type { ServiceName } from '@zt/access-graph';
import type { Attempt } from './attempt.ts';
import { evidenceOf, evidenceOfCall, only } from './evidence.ts';
import { smallOrder, type World } from './world.ts';

const authorizePayment = '/payment.v1.PaymentService/AuthorizePayment';
const placeOrder = '/order.v1.OrderService/PlaceOrder';
const reserveStock = '/inventory.v1.InventoryService/ReserveStock';

interface TokenFault {
  readonly id: string;
  readonly title: string;
  readonly from: ServiceName;
  readonly to: ServiceName;
  readonly method: string;
  readonly fault: string;
  readonly code: string;
  readonly reasons: readonly string[];
  /** The token to come with; it is stolen, bent or missing. */
  readonly token: (world: World) => Promise<string | null>;
}

/** Everything that a token may do at order's side of an order: what gateway asks for. */
const orderScopes = ['orders:write', 'inventory:write', 'payments:write'];

/** alice's token as gateway gets it for order. */
async function tokenForOrder(world: World): Promise<string> {
  return await world.exchangeAs('gateway', await world.tokenOf('alice'), 'order', orderScopes);
}

const faults: readonly TokenFault[] = [
  {
    id: 'token/missing',
    title: 'order calls payment without a token',
    from: 'order',
    to: 'payment',
    method: authorizePayment,
    fault: 'no user token',
    code: 'UNAUTHENTICATED',
    reasons: ['token_missing'],
    token: async () => null,
  },
  {
    id: 'token/of-another-workload',
    title: "inventory calls order with the token that gateway got for alice's order",
    from: 'inventory',
    to: 'order',
    method: placeOrder,
    fault: 'token made for another workload',
    code: 'PERMISSION_DENIED',
    reasons: ['caller_not_allowed', 'token_actor_mismatch'],
    token: tokenForOrder,
  },
  {
    id: 'token/replayed-by-the-next-hop',
    title: 'order calls inventory with the token that gateway got for order',
    from: 'order',
    to: 'inventory',
    method: reserveStock,
    fault: 'token for another audience',
    code: 'UNAUTHENTICATED',
    reasons: ['token_audience_wrong'],
    token: tokenForOrder,
  },
  {
    id: 'token/other-audience',
    title: 'order calls payment with the token that it got for inventory',
    from: 'order',
    to: 'payment',
    method: authorizePayment,
    fault: 'token for another audience',
    code: 'UNAUTHENTICATED',
    reasons: ['token_audience_wrong'],
    token: async (world) =>
      await world.exchangeAs('order', await tokenForOrder(world), 'inventory', ['inventory:write']),
  },
  {
    id: 'token/straight-from-the-provider',
    title: "gateway calls order with alice's own access token instead of an exchanged one",
    from: 'gateway',
    to: 'order',
    method: placeOrder,
    fault: 'token of another type',
    code: 'UNAUTHENTICATED',
    reasons: ['token_type_wrong'],
    token: (world) => world.tokenOf('alice'),
  },
  {
    id: 'token/narrow-scope',
    title: 'gateway places an order with a token that may only read',
    from: 'gateway',
    to: 'order',
    method: placeOrder,
    fault: 'scope missing',
    code: 'PERMISSION_DENIED',
    reasons: ['scope_missing'],
    token: async (world) => await world.exchangeAs('gateway', await world.tokenOf('alice'), 'order', ['orders:read']),
  },
];

function refusedToken(fault: TokenFault): Attempt {
  const { id, title, from, to, method, code, reasons } = fault;
  return {
    id,
    title,
    from,
    to,
    method,
    fault: fault.fault,
    expected: { code, reasons },
    async run(world) {
      const result = await world.runAs(from, [
        {
          kind: 'call',
          method,
          address: world.stack.addresses[to],
          server: world.spiffeId(to),
          token: await fault.token(world),
          request: {},
        },
      ]);
      return await evidenceOfCall(world, to, only(result));
    },
  };
}

const noUserAtTheGateway: Attempt = {
  id: 'token/no-user',
  title: 'Somebody who is not logged in places an order',
  from: 'nobody',
  to: 'gateway',
  method: '/gateway/PlaceOrder',
  fault: 'no user token',
  expected: { code: '401', reasons: ['token_missing'] },
  async run(world) {
    const answer = await world.shop.placeOrder(null, 'nobody-is-here', smallOrder);
    const record = await world.ledger.find('gateway', (found) => found.decisionId === answer.decisionId);
    return evidenceOf({ code: String(answer.status), message: String(answer.body.detail) }, 'gateway', record);
  },
};

/** Whoever can't show a token made for this very call, by this very workload, is refused. */
export const refusedTokens: readonly Attempt[] = [noUserAtTheGateway, ...faults.map(refusedToken)];
