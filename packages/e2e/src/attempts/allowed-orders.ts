import { randomUUID } from 'node:crypto';
import type { ShopAnswer } from '../shop/shop-client.ts';
import type { Attempt } from './attempt.ts';
import { cancelledOrder, euros, freshOrder, idsOn, refundedOf, settledOrder, whenSettled } from './own-order.ts';
import { allowedShopPath, hold, type ShopPath } from './shop-path.ts';
import { smallOrder, type World } from './world.ts';

const order = (method: string) => ({ to: 'order', method: `/order.v1.OrderService/${method}` }) as const;
const total = smallOrder.total.minorUnits;

async function refund(
  world: World,
  orderId: string,
  minorUnits: number,
  key: string = randomUUID(),
): Promise<ShopAnswer> {
  const answer = await world.shop.refundOrder(await world.tokenOf('fiona'), orderId, key, euros(minorUnits));
  hold(answer.status === 200, 'fiona could not refund', answer);
  return answer;
}

async function available(world: World): Promise<number> {
  const answer = await world.shop.getStock(await world.tokenOf('alice'), 'kettle-1l');
  hold(answer.status === 200, 'the stock could not be read', answer);
  return Number(answer.body.available);
}

const paths: readonly ShopPath[] = [
  {
    id: 'orders/list-own',
    title: 'alice lists her orders, and finds the one that she just placed first',
    from: 'alice',
    ...order('ListOrders'),
    async ask(world) {
      const orderId = await freshOrder(world);
      const answer = await world.shop.listOrders(await world.tokenOf('alice'));
      hold(idsOn(answer)[0] === orderId, 'the newest order is not the first', answer);
      const { body } = await world.shop.listOrders(await world.tokenOf('bob'));
      hold(!JSON.stringify(body).includes(orderId), "bob's list has alice's order");
      return answer;
    },
  },
  {
    id: 'orders/list-in-pages',
    title: 'alice turns the pages of her orders, and meets each order once',
    from: 'alice',
    ...order('ListOrders'),
    async ask(world) {
      const placed = [await freshOrder(world), await freshOrder(world), await freshOrder(world)];
      const token = await world.tokenOf('alice');
      const first = await world.shop.listOrders(token, { size: 2 });
      const second = await world.shop.listOrders(token, { size: 2, token: String(first.body.nextPageToken) });
      const shown = [...idsOn(first), ...idsOn(second)];
      hold(JSON.stringify(shown.slice(0, 3)) === JSON.stringify(placed.toReversed()), 'the pages differ', second);
      return second;
    },
  },
  {
    id: 'orders/cancel',
    title: 'alice cancels an order, and gets all her money back',
    from: 'alice',
    ...order('CancelOrder'),
    async ask(world) {
      const orderId = await freshOrder(world);
      const answer = await world.shop.cancelOrder(await world.tokenOf('alice'), orderId);
      hold(answer.status === 200 && answer.body.status === 'cancelled', 'the order is not cancelled', answer);
      return answer;
    },
  },
  {
    id: 'orders/cancel-twice',
    title: 'alice cancels an order twice, and gets the same answer twice',
    from: 'alice',
    ...order('CancelOrder'),
    async ask(world) {
      const orderId = await freshOrder(world);
      const cancel = async () => await world.shop.cancelOrder(await world.tokenOf('alice'), orderId);
      const [first, second] = [await cancel(), await cancel()];
      hold(JSON.stringify(first.body) === JSON.stringify(second.body), 'the answers differ', second);
      hold(second.status === 200, 'the second time was refused', second);
      return second;
    },
  },
  {
    id: 'orders/cancel-gives-goods-back',
    title: 'alice cancels an order, and its goods are in stock again',
    from: 'alice',
    to: 'inventory',
    method: '/inventory.v1.InventoryService/ReleaseReservation',
    async ask(world) {
      const token = await world.tokenOf('alice');
      const kettles = { lines: [{ sku: 'kettle-1l', quantity: 3 }], total: euros(3 * 3_990) };
      const before = await available(world);
      const placed = await world.shop.placeOrder(token, randomUUID(), kettles);
      hold(placed.body.status === 'confirmed', 'the kettles were not sold', placed);
      hold((await available(world)) === before - 3, 'the kettles were sold and are still there');
      const answer = await world.shop.cancelOrder(token, String(placed.body.orderId));
      hold((await available(world)) === before, 'the kettles did not come back', answer);
      return answer;
    },
  },
  {
    id: 'orders/place-repeated',
    title: 'alice sends the same order again with the same key, and it is one order',
    from: 'alice',
    ...order('PlaceOrder'),
    async ask(world) {
      const key = randomUUID();
      const place = async () => await world.shop.placeOrder(await world.tokenOf('alice'), key, smallOrder);
      const [first, again] = [await place(), await place()];
      hold(again.status === 201 && again.body.orderId === first.body.orderId, 'there are two orders', again);
      return again;
    },
  },
  {
    id: 'orders/sold-out',
    title: 'alice orders more than there is: the order is rejected and says why',
    from: 'alice',
    ...order('PlaceOrder'),
    async ask(world) {
      // There were three of them at the beginning, and no more come.
      const wish = { lines: [{ sku: 'teapot-limited', quantity: 4 }], total: euros(4 * 12_900) };
      const answer = await world.shop.placeOrder(await world.tokenOf('alice'), randomUUID(), wish);
      hold(answer.status === 201 && answer.body.status === 'rejected', 'the order was not rejected', answer);
      return answer;
    },
  },
  {
    id: 'orders/refund-whole',
    title: "fiona of finance gives all of alice's money back",
    from: 'fiona',
    ...order('RefundOrder'),
    async ask(world) {
      const answer = await refund(world, await freshOrder(world), total);
      hold(refundedOf(answer) === total, 'not all was given back', answer);
      return answer;
    },
  },
  {
    id: 'orders/refund-in-parts',
    title: 'fiona gives a part back, and then the rest',
    from: 'fiona',
    ...order('RefundOrder'),
    async ask(world) {
      const orderId = await freshOrder(world);
      const first = await refund(world, orderId, 250);
      hold(refundedOf(first) === 250, 'another amount was given back', first);
      const second = await refund(world, orderId, total - 250);
      hold(refundedOf(second) === total, 'the parts are not the whole', second);
      return second;
    },
  },
  {
    id: 'orders/refund-repeated',
    title: 'fiona sends the same refund again with the same key, and the money goes back once',
    from: 'fiona',
    ...order('RefundOrder'),
    async ask(world) {
      const [orderId, key] = [await freshOrder(world), randomUUID()];
      await refund(world, orderId, 100, key);
      const again = await refund(world, orderId, 100, key);
      hold(refundedOf(again) === 100, 'the money went back twice', again);
      return again;
    },
  },
  {
    id: 'orders/settled',
    title: "the card network pays out, and alice's order says when",
    from: 'alice',
    ...order('GetOrder'),
    ask: async (world) => await whenSettled(world, await settledOrder(world)),
  },
  {
    id: 'orders/refund-after-settlement',
    title: 'fiona gives money back for an order that is settled',
    from: 'fiona',
    ...order('RefundOrder'),
    ask: async (world) => await refund(world, await settledOrder(world), 1),
  },
  {
    id: 'orders/look-at-cancelled',
    title: 'alice looks at an order that she cancelled',
    from: 'alice',
    ...order('GetOrder'),
    async ask(world) {
      const answer = await world.shop.getOrder(await world.tokenOf('alice'), await cancelledOrder(world));
      hold(answer.body.status === 'cancelled', 'the order is not shown as cancelled', answer);
      return answer;
    },
  },
];

/** All that customers and finance can do with an order, and that twice is once. */
export const allowedOrders: readonly Attempt[] = paths.map(allowedShopPath);
