import { randomUUID } from 'node:crypto';
import type { Attempt } from './attempt.ts';
import { cancelledOrder, euros, freshOrder, settledOrder, ticket } from './own-order.ts';
import { type RefusedShopPath, refusedShopPath } from './shop-path.ts';
import { smallOrder, type World } from './world.ts';

const order = (method: string) => ({ to: 'order', method: `/order.v1.OrderService/${method}`, reasons: [] }) as const;
const nobodysOrder = '00000000-0000-4000-8000-000000000000';
const total = smallOrder.total.minorUnits;

const alicesOrder = async (world: World): Promise<string> => String((await world.placedOrder()).body.orderId);

/** Policy lets these go on; that they may not be is the service's own rule. */
const paths: readonly RefusedShopPath[] = [
  {
    id: 'business/order-of-another-user',
    title: "bob looks at alice's order",
    from: 'bob',
    fault: "another user's order",
    code: '404',
    ...order('GetOrder'),
    ask: async (world) => await world.shop.getOrder(await world.tokenOf('bob'), await alicesOrder(world)),
  },
  {
    id: 'business/cancel-order-of-another-user',
    title: "bob cancels alice's order",
    from: 'bob',
    fault: "another user's order",
    code: '404',
    ...order('CancelOrder'),
    ask: async (world) => await world.shop.cancelOrder(await world.tokenOf('bob'), await freshOrder(world)),
  },
  {
    id: 'business/order-of-nobody',
    title: 'alice looks at an order that does not exist, and learns no more than bob did of hers',
    from: 'alice',
    fault: 'no such order',
    code: '404',
    ...order('GetOrder'),
    ask: async (world) => await world.shop.getOrder(await world.tokenOf('alice'), nobodysOrder),
  },
  {
    id: 'business/cancel-nothing',
    title: 'alice cancels an order that does not exist',
    from: 'alice',
    fault: 'no such order',
    code: '404',
    ...order('CancelOrder'),
    ask: async (world) => await world.shop.cancelOrder(await world.tokenOf('alice'), nobodysOrder),
  },
  {
    id: 'business/refund-nothing',
    title: 'fiona gives money back for an order that does not exist',
    from: 'fiona',
    fault: 'no such order',
    code: '404',
    ...order('RefundOrder'),
    ask: async (world) =>
      await world.shop.refundOrder(await world.tokenOf('fiona'), nobodysOrder, randomUUID(), euros(1)),
  },
  {
    id: 'business/support-reads-nothing',
    title: 'sam reads an order that does not exist',
    from: 'sam',
    fault: 'no such order',
    code: '404',
    ...order('GetAnyOrder'),
    ask: async (world) => await world.shop.getAnyOrder(await world.tokenOf('sam'), nobodysOrder, ticket),
  },
  {
    id: 'business/cancel-after-settlement',
    title: 'alice cancels an order that the card network has paid out for',
    from: 'alice',
    fault: 'too late',
    code: '409',
    ...order('CancelOrder'),
    ask: async (world) => await world.shop.cancelOrder(await world.tokenOf('alice'), await settledOrder(world)),
  },
  {
    id: 'business/refund-over-total',
    title: 'fiona gives back one cent more than was paid',
    from: 'fiona',
    fault: 'amount over what was paid',
    code: '409',
    ...order('RefundOrder'),
    ask: async (world) =>
      await world.shop.refundOrder(
        await world.tokenOf('fiona'),
        await freshOrder(world),
        randomUUID(),
        euros(total + 1),
      ),
  },
  {
    id: 'business/refunds-over-total',
    title: 'fiona gives all back, and then one cent more',
    from: 'fiona',
    fault: 'amount over what is left',
    code: '409',
    ...order('RefundOrder'),
    async ask(world) {
      const [token, orderId] = [await world.tokenOf('fiona'), await freshOrder(world)];
      await world.shop.refundOrder(token, orderId, randomUUID(), euros(total));
      return await world.shop.refundOrder(token, orderId, randomUUID(), euros(1));
    },
  },
  {
    id: 'business/refund-of-cancelled',
    title: 'fiona gives money back for an order that was cancelled, and so paid back already',
    from: 'fiona',
    fault: 'order cancelled',
    code: '409',
    ...order('RefundOrder'),
    ask: async (world) =>
      await world.shop.refundOrder(
        await world.tokenOf('fiona'),
        await cancelledOrder(world),
        randomUUID(),
        euros(total),
      ),
  },
  {
    id: 'business/order-key-used-again',
    title: 'alice sends another order with the key of one before',
    from: 'alice',
    fault: 'idempotency key of another order',
    code: '409',
    ...order('PlaceOrder'),
    async ask(world) {
      const [token, key] = [await world.tokenOf('alice'), randomUUID()];
      await world.shop.placeOrder(token, key, smallOrder);
      const more = { lines: [{ sku: 'tea-assam-100g', quantity: 2 }], total: euros(2 * total) };
      return await world.shop.placeOrder(token, key, more);
    },
  },
  {
    id: 'business/refund-key-used-again',
    title: 'fiona sends a refund of another amount with the key of one before',
    from: 'fiona',
    fault: 'idempotency key of another refund',
    code: '409',
    ...order('RefundOrder'),
    async ask(world) {
      const [token, orderId, key] = [await world.tokenOf('fiona'), await freshOrder(world), randomUUID()];
      await world.shop.refundOrder(token, orderId, key, euros(1));
      return await world.shop.refundOrder(token, orderId, key, euros(2));
    },
  },
  {
    id: 'business/page-token-made-up',
    title: 'alice turns to a page that nobody gave her',
    from: 'alice',
    fault: 'page token made up',
    code: '400',
    ...order('ListOrders'),
    ask: async (world) => await world.shop.listOrders(await world.tokenOf('alice'), { token: 'made-up' }),
  },
  {
    id: 'business/sku-twice',
    title: 'alice orders the same thing in two lines',
    from: 'alice',
    fault: 'a product twice',
    code: '400',
    ...order('PlaceOrder'),
    async ask(world) {
      const twice = { ...smallOrder, lines: [...smallOrder.lines, ...smallOrder.lines] };
      return await world.shop.placeOrder(await world.tokenOf('alice'), randomUUID(), twice);
    },
  },
];

export const refusedBusiness: readonly Attempt[] = paths.map(refusedShopPath);
