import type { ShopAnswer } from '../shop/shop-client.ts';
import type { Attempt } from './attempt.ts';
import { cancelledOrder, idsOn, ticket } from './own-order.ts';
import { allowedShopPath, hold, type ShopPath } from './shop-path.ts';
import type { World } from './world.ts';

const order = (method: string) => ({ to: 'order', method: `/order.v1.OrderService/${method}` }) as const;

async function read(world: World, orderId: string): Promise<ShopAnswer> {
  return await world.shop.getAnyOrder(await world.tokenOf('sam'), orderId, ticket);
}

/** What support looked at, and what for, has to stand in the ledger. */
async function holdRecorded(
  world: World,
  answer: ShopAnswer,
  resource: Readonly<Record<string, string>>,
): Promise<void> {
  const records = (await world.ledger.trace(answer.traceId)).filter(({ method }) => /Any/.test(method));
  const told = records.every((record) =>
    Object.entries(resource).every(([name, value]) => record.resource[name] === value),
  );
  hold(records.length === 2 && told, 'gateway and order did not both record it');
}

const paths: readonly ShopPath[] = [
  {
    id: 'support/read',
    title: "sam of support reads alice's order, and the ledger keeps what for",
    from: 'sam',
    ...order('GetAnyOrder'),
    async ask(world) {
      const orderId = String((await world.placedOrder()).body.orderId);
      const answer = await read(world, orderId);
      hold(
        answer.status === 200 && answer.body.userId === (await world.userId('alice')),
        "this is not alice's order",
        answer,
      );
      await holdRecorded(world, answer, { order: orderId, purpose: ticket });
      return answer;
    },
  },
  {
    id: 'support/read-cancelled',
    title: 'sam reads an order that alice cancelled',
    from: 'sam',
    ...order('GetAnyOrder'),
    async ask(world) {
      const answer = await read(world, await cancelledOrder(world));
      hold(answer.body.status === 'cancelled', 'the order is not shown as cancelled', answer);
      return answer;
    },
  },
  {
    id: 'support/list',
    title: "sam lists alice's orders, and the ledger keeps what for",
    from: 'sam',
    ...order('ListAnyOrders'),
    async ask(world) {
      const orderId = await cancelledOrder(world);
      const alice = await world.userId('alice');
      const answer = await world.shop.listAnyOrders(await world.tokenOf('sam'), alice, ticket, { size: 100 });
      hold(answer.status === 200 && idsOn(answer)[0] === orderId, "alice's newest order is not the first", answer);
      await holdRecorded(world, answer, { user: alice, purpose: ticket });
      return answer;
    },
  },
  {
    id: 'support/list-in-pages',
    title: "sam turns the pages of alice's orders",
    from: 'sam',
    ...order('ListAnyOrders'),
    async ask(world) {
      const token = await world.tokenOf('sam');
      const alice = await world.userId('alice');
      const first = await world.shop.listAnyOrders(token, alice, ticket, { size: 1 });
      const page = { size: 1, token: String(first.body.nextPageToken) };
      const second = await world.shop.listAnyOrders(token, alice, ticket, page);
      hold(second.status === 200 && idsOn(second).length === 1, 'there is no second page', second);
      hold(idsOn(second)[0] !== idsOn(first)[0], 'the pages are the same', second);
      return second;
    },
  },
];

/** All that support can look at. */
export const allowedSupport: readonly Attempt[] = paths.map(allowedShopPath);
