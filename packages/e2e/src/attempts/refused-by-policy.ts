import { randomUUID } from 'node:crypto';
import type { Attempt } from './attempt.ts';
import { refusedWhileBlocked } from './refused-by-policy-blocked.ts';
import { refusedPastTheGateway } from './refused-by-policy-inside.ts';
import { refusedShopPath } from './shop-path.ts';
import { largeOrder } from './world.ts';

const amountOverLimit = refusedShopPath({
  id: 'policy/amount-over-limit',
  title: 'alice, who is not of finance, orders for 12,495.00',
  from: 'alice',
  to: 'order',
  method: '/order.v1.OrderService/PlaceOrder',
  fault: 'amount over the limit',
  code: '403',
  reasons: ['amount_over_limit'],
  ask: async (world) => await world.shop.placeOrder(await world.tokenOf('alice'), randomUUID(), largeOrder),
});

/** The right workload and a good token are not enough. */
export const refusedByRules: readonly Attempt[] = [amountOverLimit, ...refusedPastTheGateway, ...refusedWhileBlocked];
