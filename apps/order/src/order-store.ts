import { BusinessError } from '@zt/kit/errors';
import type { Database, Queryable } from '@zt/kit/vault';
import type { Order } from './order.ts';
import { patienceSeconds } from './order-claims.ts';
import { type Page, type Position, pageTokenOf } from './order-page.ts';
import { type OrderRow, orderColumns, orderOf } from './order-row.ts';
import { type Settlement, settlementObjection } from './settlement.ts';

/** Orders in SQL. */
export interface OrderStore {
  /** Keeps a new order, or gives the one that has this user's key already, whatever its body is. */
  add(order: Order): Promise<Order>;
  /** Null where it does not exist or is somebody else's; for no user (null) none is somebody else's. */
  find(id: string, userId: string | null): Promise<Order | null>;
  /** A user's orders, the newest first. */
  list(userId: string, page: Page): Promise<OrderList>;
  /** Writes down that the card network paid out, once. Throws `BusinessError` where that can't be. */
  settle(settlement: Settlement): Promise<void>;
}

export interface OrderList {
  readonly orders: readonly Order[];
  /** Empty on the last page. */
  readonly nextPageToken: string;
}

export function createOrderStore(database: Database): OrderStore {
  return {
    add: (order) => database.transaction((transaction) => add(transaction, order)),
    find: async (id, userId) => {
      const [row] = await database.query<OrderRow>(
        `select ${orderColumns} from orders where order_id = $1 and ($2::text is null or user_id = $2)`,
        [id, userId],
      );
      return row === undefined ? null : orderOf(row);
    },
    list: async (userId, { size, after }) => {
      // One more than asked for says whether there is another page.
      const rows = await database.query<OrderRow>(
        `select ${orderColumns} from orders where user_id = $1
           and ($2::timestamptz is null or (placed_at, order_id) < ($2, $3::uuid))
         order by placed_at desc, order_id desc limit $4`,
        [userId, after?.placedAt ?? null, after?.orderId ?? null, size + 1],
      );
      const orders = rows.slice(0, size).map(orderOf);
      const last = rows.length > size ? orders.at(-1) : undefined;
      return { orders, nextPageToken: last === undefined ? '' : pageTokenOf(positionOf(last)) };
    },
    settle: (settlement) => database.transaction((transaction) => settle(transaction, settlement)),
  };
}

async function add(transaction: Queryable, order: Order): Promise<Order> {
  const inserted = await transaction.query(
    `insert into orders (order_id, user_id, idempotency_key, status, currency, total_minor_units, placed_at, trace_id,
       due_at)
     values ($1, $2, $3, 'pending', 'EUR', $4, $5, $6, clock_timestamp() + make_interval(secs => $7))
     on conflict (user_id, idempotency_key) do nothing returning order_id`,
    [
      order.id,
      order.userId,
      order.idempotencyKey,
      order.totalMinorUnits,
      order.placedAt,
      order.traceId,
      patienceSeconds.pending,
    ],
  );
  if (inserted.length === 0) {
    const [first] = await transaction.query<OrderRow>(
      `select ${orderColumns} from orders where user_id = $1 and idempotency_key = $2`,
      [order.userId, order.idempotencyKey],
    );
    if (first === undefined) throw new Error('an order that stood in the way is gone');
    return orderOf(first);
  }
  await transaction.query(
    'insert into order_lines (order_id, sku, quantity) select $1, * from unnest($2::text[], $3::integer[])',
    [order.id, order.lines.map((line) => line.sku), order.lines.map((line) => line.quantity)],
  );
  return order;
}

async function settle(transaction: Queryable, settlement: Settlement): Promise<void> {
  const { orderId, settlementId, settledAt } = settlement;
  const [row] = await transaction.query<OrderRow & { readonly settlement_id: string | null }>(
    `select settlement_id, ${orderColumns} from orders where order_id = $1 for update of orders`,
    [orderId],
  );
  if (row === undefined) throw new BusinessError('not_found', 'There is no such order.');
  const objection = settlementObjection(orderOf(row), settlement);
  if (objection !== undefined) throw new BusinessError('not_possible', objection);
  if (row.settlement_id === settlementId) return;
  if (row.settlement_id !== null) throw new BusinessError('conflict', 'The order has another settlement.');
  const others = await transaction.query('select from orders where settlement_id = $1', [settlementId]);
  if (others.length > 0) throw new BusinessError('conflict', 'The settlement is of another order.');
  await transaction.query('update orders set settlement_id = $2, settled_at = $3 where order_id = $1', [
    orderId,
    settlementId,
    settledAt,
  ]);
}

function positionOf({ placedAt, id }: Order): Position {
  return { placedAt, orderId: id };
}
