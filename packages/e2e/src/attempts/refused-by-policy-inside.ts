import type { ServiceName } from '@zt/access-graph';
import type { Caller } from '../caller.ts';
import type { Attempt } from './attempt.ts';
import { evidenceOfCall } from './evidence.ts';
import { largeOrder, type World } from './world.ts';

interface InsideFault {
  readonly id: string;
  readonly title: string;
  readonly from: Caller;
  readonly to: ServiceName;
  readonly method: string;
  readonly fault: string;
  readonly code: string;
  readonly reasons: readonly string[];
  readonly token: (world: World) => Promise<string | null>;
  readonly request?: Readonly<Record<string, unknown>>;
  /** How often the call is made; the last one counts. */
  readonly times?: number;
}

const gatewayTokenFor =
  (user: string, scopes: readonly string[]) =>
  async (world: World): Promise<string> =>
    await world.exchangeAs('gateway', await world.tokenOf(user), 'order', scopes);

const ticket = 'ticket 4711';
const order = '/order.v1.OrderService';
const inventory = '/inventory.v1.InventoryService';
const payment = '/payment.v1.PaymentService';
const users = '/identity.v1.UserService';

const faults: readonly InsideFault[] = [
  {
    id: 'policy/refund-past-the-gateway',
    title: 'gateway, taken over, has order refund for alice, who is not of finance',
    from: 'gateway',
    to: 'order',
    method: `${order}/RefundOrder`,
    fault: 'role missing',
    code: 'PERMISSION_DENIED',
    reasons: ['role_missing'],
    token: gatewayTokenFor('alice', ['orders:write']),
  },
  {
    id: 'policy/any-order-past-the-gateway',
    title: "gateway, taken over, reads anybody's orders for alice, who is not of support",
    from: 'gateway',
    to: 'order',
    method: `${order}/GetAnyOrder`,
    fault: 'role missing',
    code: 'PERMISSION_DENIED',
    reasons: ['role_missing'],
    token: gatewayTokenFor('alice', ['orders:read']),
    request: { purpose: ticket },
  },
  {
    id: 'policy/any-order-without-purpose-past-the-gateway',
    title: "gateway, taken over, reads anybody's orders for sam of support, for no purpose",
    from: 'gateway',
    to: 'order',
    method: `${order}/GetAnyOrder`,
    fault: 'purpose missing',
    code: 'PERMISSION_DENIED',
    reasons: ['purpose_missing'],
    token: gatewayTokenFor('sam', ['orders:read']),
  },
  {
    id: 'policy/amount-over-limit-at-payment',
    title: 'order, taken over, has payment authorise 12,495.00 for alice, who is not of finance',
    from: 'order',
    to: 'payment',
    method: `${payment}/AuthorizePayment`,
    fault: 'amount over the limit',
    code: 'PERMISSION_DENIED',
    reasons: ['amount_over_limit'],
    async token(world) {
      const forOrder = await gatewayTokenFor('alice', ['orders:write', 'payments:write'])(world);
      return await world.exchangeAs('order', forOrder, 'payment', ['payments:write']);
    },
    request: { amount: largeOrder.total },
  },
  {
    id: 'policy/own-token-for-a-user',
    title: "order reserves stock in its own name, which only a user's order may",
    from: 'order',
    to: 'inventory',
    method: `${inventory}/ReserveStock`,
    fault: "a workload's token in a user's place",
    code: 'PERMISSION_DENIED',
    reasons: ['user_required'],
    token: (world) => world.ownTokenOf('order', 'inventory'),
  },
  {
    id: 'policy/user-token-for-a-workload',
    title: 'gateway has order record a settlement with a token of alice, which only payment may in its own name',
    from: 'gateway',
    to: 'order',
    method: `${order}/RecordSettlement`,
    fault: "a user's token in a workload's place",
    code: 'PERMISSION_DENIED',
    reasons: ['caller_not_allowed', 'scope_missing', 'workload_required'],
    token: gatewayTokenFor('alice', ['orders:write']),
  },
  {
    id: 'policy/own-token-of-another',
    title: 'gateway has payment capture with the token that order got in its own name',
    from: 'gateway',
    to: 'payment',
    method: `${payment}/CapturePayment`,
    fault: "another workload's own token",
    code: 'PERMISSION_DENIED',
    reasons: ['caller_not_allowed', 'token_actor_mismatch'],
    token: (world) => world.ownTokenOf('order', 'payment'),
  },
  {
    id: 'policy/own-token-for-another-service',
    title: 'order has payment void with the token that it got in its own name for inventory',
    from: 'order',
    to: 'payment',
    method: `${payment}/VoidPayment`,
    fault: 'token for another audience',
    code: 'UNAUTHENTICATED',
    reasons: ['token_audience_wrong'],
    token: (world) => world.ownTokenOf('order', 'inventory'),
  },
  {
    id: 'policy/own-token-of-narrow-scope',
    title: 'The operator blocks a user with a token that may only list users',
    from: 'operator',
    to: 'identity',
    method: `${users}/BlockUser`,
    fault: 'scope missing',
    code: 'PERMISSION_DENIED',
    reasons: ['scope_missing'],
    token: (world) => world.ownTokenOf('operator', 'identity', ['users:read']),
  },
  {
    id: 'policy/workload-without-token',
    title: 'payment has order record a settlement with its own good SVID and no token',
    from: 'payment',
    to: 'order',
    method: `${order}/RecordSettlement`,
    fault: 'no token',
    code: 'UNAUTHENTICATED',
    reasons: ['token_missing'],
    token: async () => null,
  },
  {
    id: 'policy/neither-user-nor-workload',
    title: 'order gives stock back with its own good SVID, for no user and not in its own name',
    from: 'order',
    to: 'inventory',
    method: `${inventory}/ReleaseReservation`,
    fault: 'no token',
    code: 'UNAUTHENTICATED',
    reasons: ['token_missing'],
    token: async () => null,
  },
  {
    id: 'policy/rate-exceeded',
    title: "gateway lists anybody's orders for sam of support, 40 times in a row where 30 are allowed in ten seconds",
    from: 'gateway',
    to: 'order',
    method: `${order}/ListAnyOrders`,
    fault: 'too many calls',
    code: 'RESOURCE_EXHAUSTED',
    reasons: ['rate_exceeded'],
    token: gatewayTokenFor('sam', ['orders:read']),
    request: { userId: 'alice', purpose: ticket },
    times: 40,
  },
];

function refusedInside(fault: InsideFault): Attempt {
  const { id, title, from, to, method, code, reasons, request = {}, times = 1 } = fault;
  return {
    id,
    title,
    from,
    to,
    method,
    fault: fault.fault,
    expected: { code, reasons },
    async run(world) {
      const address = world.stack.addresses[to];
      const token = await fault.token(world);
      const job = { kind: 'call', method, address, server: world.spiffeId(to), token, request } as const;
      const last = (await world.runAs(from, Array(times).fill(job))).at(-1);
      if (last === undefined) throw new Error('the probe gave no result');
      return await evidenceOfCall(world, to, last);
    },
  };
}

/** What the first service refuses, each one behind it refuses for itself. */
export const refusedPastTheGateway: readonly Attempt[] = faults.map(refusedInside);
