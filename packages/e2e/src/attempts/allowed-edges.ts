import { randomUUID } from 'node:crypto';
import type { ServiceName } from '@zt/access-graph';
import type { ShopAnswer } from '../shop/shop-client.ts';
import type { Attempt } from './attempt.ts';
import { euros, freshOrder, ticket } from './own-order.ts';
import { allowedShopPath } from './shop-path.ts';
import { largeOrder, smallOrder, type World } from './world.ts';

type Ask = (world: World) => Promise<ShopAnswer>;
type Edge = readonly [title: string, from: string, to: ServiceName, method: string, ask: Ask, name?: string];

const place: Ask = (world) => world.placedOrder();

const placedId = async (world: World): Promise<string> => String((await world.placedOrder()).body.orderId);

const getOrder: Ask = async ({ shop, ...world }) =>
  await shop.getOrder(await world.tokenOf('alice'), await placedId({ shop, ...world }));

const getStock: Ask = async ({ shop, tokenOf }) => await shop.getStock(await tokenOf('alice'), 'tea-assam-100g');

const listOrders: Ask = async ({ shop, tokenOf }) => await shop.listOrders(await tokenOf('alice'));

const cancelOrder: Ask = async (world) =>
  await world.shop.cancelOrder(await world.tokenOf('alice'), await freshOrder(world));

const refundOrder: Ask = async (world) =>
  await world.shop.refundOrder(await world.tokenOf('fiona'), await freshOrder(world), randomUUID(), euros(100));

const getAnyOrder: Ask = async (world) =>
  await world.shop.getAnyOrder(await world.tokenOf('sam'), await placedId(world), ticket);

const listAnyOrders: Ask = async ({ shop, tokenOf }) => await shop.listAnyOrders(await tokenOf('sam'), 'alice', ticket);

/** The price that the customer agreed to is not the shop's: order lets go of what it had reserved. */
const orderAtWrongPrice: Ask = async ({ shop, tokenOf }) =>
  await shop.placeOrder(await tokenOf('alice'), randomUUID(), { ...smallOrder, total: euros(1) });

const orderALot: Ask = async ({ shop, tokenOf }) =>
  await shop.placeOrder(await tokenOf('fiona'), randomUUID(), largeOrder);

const order = (method: string): string => `/order.v1.OrderService/${method}`;
const inventory = (method: string): string => `/inventory.v1.InventoryService/${method}`;
const payment = (method: string): string => `/payment.v1.PaymentService/${method}`;

const edges: readonly Edge[] = [
  ['alice places an order', 'alice', 'gateway', '/gateway/PlaceOrder', place],
  ['gateway hands the order on', 'gateway', 'order', order('PlaceOrder'), place],
  ['order reserves the stock', 'order', 'inventory', inventory('ReserveStock'), place],
  ['order has the payment authorised', 'order', 'payment', payment('AuthorizePayment'), place],
  ['order captures the payment', 'order', 'payment', payment('CapturePayment'), place],
  ['order commits the reservation', 'order', 'inventory', inventory('CommitReservation'), place],
  [
    'gateway and order exchange tokens',
    'gateway',
    'identity',
    '/identity.v1.TokenExchangeService/ExchangeToken',
    place,
  ],
  [
    'order releases what it reserved where the price is wrong',
    'order',
    'inventory',
    inventory('ReleaseReservation'),
    orderAtWrongPrice,
  ],
  ['alice looks at her order', 'alice', 'gateway', '/gateway/GetOrder', getOrder],
  ["gateway asks for alice's order", 'gateway', 'order', order('GetOrder'), getOrder],
  ['alice lists her orders', 'alice', 'gateway', '/gateway/ListOrders', listOrders],
  ["gateway asks for alice's orders", 'gateway', 'order', order('ListOrders'), listOrders],
  ['alice cancels an order', 'alice', 'gateway', '/gateway/CancelOrder', cancelOrder],
  ['gateway hands the cancellation on', 'gateway', 'order', order('CancelOrder'), cancelOrder],
  [
    "order gives alice's goods back",
    'order',
    'inventory',
    inventory('ReleaseReservation'),
    cancelOrder,
    '-after-cancellation',
  ],
  ["order gives alice's money back", 'order', 'payment', payment('RefundPayment'), cancelOrder, '-after-cancellation'],
  ['fiona of finance gives money back', 'fiona', 'gateway', '/gateway/RefundOrder', refundOrder],
  ['gateway hands the refund on', 'gateway', 'order', order('RefundOrder'), refundOrder],
  ['order has the refund made', 'order', 'payment', payment('RefundPayment'), refundOrder],
  ["sam of support reads alice's order", 'sam', 'gateway', '/gateway/GetAnyOrder', getAnyOrder],
  ["gateway asks for anybody's order", 'gateway', 'order', order('GetAnyOrder'), getAnyOrder],
  ["sam of support lists alice's orders", 'sam', 'gateway', '/gateway/ListAnyOrders', listAnyOrders],
  ["gateway asks for anybody's orders", 'gateway', 'order', order('ListAnyOrders'), listAnyOrders],
  ['alice looks at the stock', 'alice', 'gateway', '/gateway/GetStock', getStock],
  ['gateway asks for the stock', 'gateway', 'inventory', inventory('GetStock'), getStock],
  [
    'fiona of finance places an order over the limit',
    'order',
    'payment',
    payment('AuthorizePayment'),
    orderALot,
    '-over-limit',
  ],
];

/** What users' requests reach, method by method: each edge that their tokens travel. */
export const allowedEdges: readonly Attempt[] = edges.map(([title, from, to, method, ask, name = '']) => {
  const id = `allowed/${from}-${to}${method.slice(method.lastIndexOf('/'))}${name}`;
  return allowedShopPath({ id, title, from, to, method, ask });
});
