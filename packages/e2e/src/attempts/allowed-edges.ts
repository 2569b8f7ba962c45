import { randomUUID } from 'node:crypto';
import type { ShopAnswer } from '../shop/shop-client.ts';
import { type Workload, workloads } from '../stack-description.ts';
import type { Attempt, Evidence } from './attempt.ts';
import { evidenceOf, only } from './evidence.ts';
import { largeOrder, smallOrder, type World } from './world.ts';

interface AllowedPath {
  readonly title: string;
  readonly from: string;
  readonly to: Workload;
  readonly method: string;
  /** Makes the request that takes this path. */
  readonly ask: (world: World) => Promise<ShopAnswer>;
}

const place = (world: World): Promise<ShopAnswer> => world.placedOrder();

async function askForOwnOrder(world: World): Promise<ShopAnswer> {
  const placed = await world.placedOrder();
  return await world.shop.getOrder(await world.tokenOf('alice'), String(placed.body.orderId));
}

async function askForStock(world: World): Promise<ShopAnswer> {
  return await world.shop.getStock(await world.tokenOf('alice'), 'tea-assam-100g');
}

/** The price that the customer agreed to is not the shop's: order lets go of what it had reserved. */
async function orderAtWrongPrice(world: World): Promise<ShopAnswer> {
  const wrong = { ...smallOrder, total: { currency: 'EUR', minorUnits: 1 } };
  return await world.shop.placeOrder(await world.tokenOf('alice'), randomUUID(), wrong);
}

async function orderALot(world: World): Promise<ShopAnswer> {
  return await world.shop.placeOrder(await world.tokenOf('fiona'), randomUUID(), largeOrder);
}

const paths: readonly AllowedPath[] = [
  { title: 'alice places an order', from: 'alice', to: 'gateway', method: '/gateway/PlaceOrder', ask: place },
  {
    title: 'gateway hands the order on',
    from: 'gateway',
    to: 'order',
    method: '/order.v1.OrderService/PlaceOrder',
    ask: place,
  },
  {
    title: 'order reserves the stock',
    from: 'order',
    to: 'inventory',
    method: '/inventory.v1.InventoryService/ReserveStock',
    ask: place,
  },
  {
    title: 'order has the payment authorised',
    from: 'order',
    to: 'payment',
    method: '/payment.v1.PaymentService/AuthorizePayment',
    ask: place,
  },
  {
    title: 'order captures the payment',
    from: 'order',
    to: 'payment',
    method: '/payment.v1.PaymentService/CapturePayment',
    ask: place,
  },
  {
    title: 'order commits the reservation',
    from: 'order',
    to: 'inventory',
    method: '/inventory.v1.InventoryService/CommitReservation',
    ask: place,
  },
  {
    title: 'gateway and order exchange tokens',
    from: 'gateway',
    to: 'identity',
    method: '/identity.v1.TokenExchangeService/ExchangeToken',
    ask: place,
  },
  {
    title: 'order releases what it reserved where the price is wrong',
    from: 'order',
    to: 'inventory',
    method: '/inventory.v1.InventoryService/ReleaseReservation',
    ask: orderAtWrongPrice,
  },
  { title: 'alice looks at her order', from: 'alice', to: 'gateway', method: '/gateway/GetOrder', ask: askForOwnOrder },
  {
    title: "gateway asks for alice's order",
    from: 'gateway',
    to: 'order',
    method: '/order.v1.OrderService/GetOrder',
    ask: askForOwnOrder,
  },
  { title: 'alice looks at the stock', from: 'alice', to: 'gateway', method: '/gateway/GetStock', ask: askForStock },
  {
    title: 'gateway asks for the stock',
    from: 'gateway',
    to: 'inventory',
    method: '/inventory.v1.InventoryService/GetStock',
    ask: askForStock,
  },
  {
    title: 'fiona of finance places an order over the limit',
    from: 'order',
    to: 'payment',
    method: '/payment.v1.PaymentService/AuthorizePayment',
    ask: orderALot,
  },
];

function allowedPath(path: AllowedPath): Attempt {
  const { title, from, to, method, ask } = path;
  const by = ask === orderALot ? '-over-limit' : '';
  return {
    id: `allowed/${from}-${to}${method.slice(method.lastIndexOf('/'))}${by}`,
    title,
    from,
    to,
    method,
    fault: 'none',
    expected: { code: 'OK', reasons: [] },
    async run(world): Promise<Evidence> {
      const answer = await ask(world);
      const record = (await world.ledger.trace(answer.traceId)).find((found) => found.method === method) ?? null;
      const code = record?.allowed === true ? 'OK' : String(answer.status);
      return evidenceOf({ code, message: JSON.stringify(answer.body) }, to, record);
    },
  };
}

/** A call that a workload makes without anybody's order: from a process of its own that runs as that workload. */
function directCall(title: string, from: Workload, to: Workload, method: string): Attempt {
  return {
    id: `allowed/${from}-${to}${method.slice(method.lastIndexOf('/'))}`,
    title,
    from,
    to,
    method,
    fault: 'none',
    expected: { code: 'OK', reasons: [] },
    async run(world) {
      const startedAt = new Date().toISOString();
      const caller = world.spiffeId(from);
      const server = world.spiffeId(to);
      const address = world.stack.addresses[to];
      const result = only(
        await world.runAs(from, [{ kind: 'call', method, address, server, token: null, request: {} }]),
      );
      const record = await world.ledger.find(
        to,
        (found) => found.method === method && found.peer?.spiffeId === caller && found.time >= startedAt,
      );
      return evidenceOf(result, to, record);
    },
  };
}

const directCalls: readonly Attempt[] = [
  ...workloads.map((each) => directCall(`${each} looks at its own health`, each, each, '/grpc.health.v1.Health/Check')),
  ...(['order', 'inventory', 'payment'] as const).map((from) =>
    directCall(
      `${from} gets the keys that verify tokens`,
      from,
      'identity',
      '/identity.v1.TokenExchangeService/GetSigningKeys',
    ),
  ),
  ...workloads
    .filter((from) => from !== 'audit')
    .map((from) =>
      directCall(`${from} hands its records to the ledger`, from, 'audit', '/audit.v1.AuditService/RecordDecisions'),
    ),
];

/** Every edge of the access graph, each taken by a real request and read back from the ledger. */
export const allowedEdges: readonly Attempt[] = [...paths.map(allowedPath), ...directCalls];
