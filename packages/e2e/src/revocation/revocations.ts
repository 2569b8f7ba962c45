import type { ServiceName } from '@zt/access-graph';
import type { World } from '../attempts/index.ts';
import { tellIdentityToHave } from '../attempts/quarantine-world.ts';
import { tellIdentityOfUser } from '../attempts/refused-by-policy-blocked.ts';
import { openUserSession } from '../shop/user-session.ts';
import { lastAccepted, type Place } from './last-accepted.ts';

/** One kind of thing that can stop to count, and how long it takes everywhere. */
export interface Revocation {
  readonly kind: string;
  /** Does it once, and leaves everything as it was. Gives milliseconds. */
  measure(world: World): Promise<number>;
}

const session: Revocation = {
  kind: 'session',
  async measure(world) {
    const opened = await openUserSession(world.stack, 'bob');
    try {
      const { accessToken, refreshToken } = opened.tokens;
      const places = await placesOfUser(world, accessToken);
      return await lastAccepted({ places, command: () => opened.revoke(refreshToken) });
    } finally {
      await opened.close();
    }
  },
};

const user: Revocation = {
  kind: 'user',
  async measure(world) {
    const places = await placesOfUser(world, await world.newTokenOf('mallory'));
    const tell = await tellIdentityOfUser(world);
    try {
      return await lastAccepted({ places, command: () => tell('BlockUser', 'mallory') });
    } finally {
      await tell('UnblockUser', 'mallory');
    }
  },
};

const workload: Revocation = {
  kind: 'workload',
  async measure(world) {
    const places = await placesOfOrder(world);
    const tell = await tellIdentityToHave(world, 'order');
    try {
      return await lastAccepted({ places, command: () => tell('QuarantineWorkload') });
    } finally {
      await tell('ReleaseWorkload');
      await untilAccepted(places);
    }
  },
};

export const revocations: readonly Revocation[] = [session, user, workload];

/** Where a user's calls arrive, with tokens from before: none of them has to be asked for again. */
async function placesOfUser(world: World, token: string): Promise<readonly Place[]> {
  const scopes = ['inventory:write', 'orders:write', 'payments:write'];
  const atOrder = await world.exchangeAs('gateway', token, 'order', scopes);
  const atInventory = await world.exchangeAs('order', atOrder, 'inventory', ['inventory:write']);
  return [
    { name: 'gateway', call: async () => (await world.shop.getStock(token, 'tea-assam-100g')).status === 200 },
    placeOf(world, 'gateway', 'order', '/order.v1.OrderService/CancelOrder', atOrder),
    placeOf(world, 'order', 'inventory', '/inventory.v1.InventoryService/ReserveStock', atInventory),
  ];
}

/** Where order's calls in its own name arrive. */
async function placesOfOrder(world: World): Promise<readonly Place[]> {
  const atInventory = await world.ownTokenOf('order', 'inventory');
  const atPayment = await world.ownTokenOf('order', 'payment');
  return [
    placeOf(world, 'order', 'inventory', '/inventory.v1.InventoryService/ReleaseReservation', atInventory),
    placeOf(world, 'order', 'payment', '/payment.v1.PaymentService/VoidPayment', atPayment),
    placeOf(world, 'order', 'identity', '/identity.v1.TokenExchangeService/GetSigningKeys', null),
  ];
}

const refusals = ['PERMISSION_DENIED', 'UNAUTHENTICATED', 'UNAVAILABLE', 'CANCELLED', 'INTERNAL'];

/** With an empty request: whoever is let in is told that it is none, and nothing is done. */
function placeOf(world: World, from: ServiceName, to: ServiceName, method: string, token: string | null): Place {
  const address = world.stack.addresses[to];
  return {
    name: to,
    async call() {
      const server = world.spiffeId(to);
      const [result] = await world.runAs(from, [{ kind: 'call', method, address, server, token, request: {} }]);
      return result !== undefined && !refusals.includes(result.code);
    },
  };
}

async function untilAccepted(places: readonly Place[]): Promise<void> {
  const end = performance.now() + 10_000;
  for (const { name, call } of places) {
    while (!(await call())) {
      if (performance.now() > end) throw new Error(`${name} still refuses a workload that was released`);
    }
  }
}
