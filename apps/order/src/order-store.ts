import { BusinessError } from '@zt/kit/errors';
import type { Database } from '@zt/kit/vault';
import { inSkuOrder, type Line, type Order } from './order.ts';
import type { OrderState } from './order-progress.ts';

/** Orders in SQL. */
export interface OrderStore {
  /** Keeps a new order, or gives the one that has this user's key already, whatever its body is. */
  add(order: Order): Promise<Order>;
  /** Null where it does not exist or is somebody else's. */
  find(id: string, userId: string): Promise<Order | null>;
  /**
   * Takes the order in hand for so many seconds of the database's clock, and gives it as it is now. Null where it is
   * finished, or somebody else has it in hand.
   */
  claim(id: string, claim: string, seconds: number): Promise<Order | null>;
  /** Writes down how far the order is; throws `BusinessError` `unavailable` where the claim went to somebody else. */
  record(id: string, claim: string, state: OrderState): Promise<void>;
  /** Gives the order out of hand. */
  unclaim(id: string, claim: string): Promise<void>;
}

const columns = `order_id, user_id, idempotency_key, status, rejected_because, total_minor_units, placed_at,
  (select json_agg(json_build_object('sku', sku, 'quantity', quantity))
   from order_lines where order_lines.order_id = orders.order_id) as lines`;

export function createOrderStore(database: Database): OrderStore {
  return {
    add: (order) =>
      database.transaction(async (transaction) => {
        const inserted = await transaction.query(
          `insert into orders (order_id, user_id, idempotency_key, status, currency, total_minor_units, placed_at)
           values ($1, $2, $3, 'pending', 'EUR', $4, $5) on conflict (user_id, idempotency_key) do nothing
           returning order_id`,
          [order.id, order.userId, order.idempotencyKey, order.totalMinorUnits, order.placedAt],
        );
        if (inserted.length === 0) {
          const [first] = await transaction.query<OrderRow>(
            `select ${columns} from orders where user_id = $1 and idempotency_key = $2`,
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
      }),
    find: async (id, userId) => {
      const [row] = await database.query<OrderRow>(
        `select ${columns} from orders where order_id = $1 and user_id = $2`,
        [id, userId],
      );
      return row === undefined ? null : orderOf(row);
    },
    claim: async (id, claim, seconds) => {
      const [row] = await database.query<OrderRow>(
        `update orders set claim = $2, claimed_until = clock_timestamp() + make_interval(secs => $3)
         where order_id = $1 and status not in ('confirmed', 'rejected')
           and (claimed_until is null or claimed_until < clock_timestamp())
         returning ${columns}`,
        [id, claim, seconds],
      );
      return row === undefined ? null : orderOf(row);
    },
    record: async (id, claim, state) => {
      const rows = await database.query(
        `update orders set status = $3, rejected_because = $4
         where order_id = $1 and claim = $2 and status not in ('confirmed', 'rejected') returning order_id`,
        [id, claim, state.kind, 'because' in state ? state.because : ''],
      );
      if (rows.length === 0) throw new BusinessError('unavailable', 'The order is being carried on elsewhere.');
    },
    unclaim: async (id, claim) => {
      await database.query('update orders set claim = null, claimed_until = null where order_id = $1 and claim = $2', [
        id,
        claim,
      ]);
    },
  };
}

/** node-postgres gives a bigint as text. */
interface OrderRow {
  readonly order_id: string;
  readonly user_id: string;
  readonly idempotency_key: string;
  readonly status: OrderState['kind'];
  readonly rejected_because: string;
  readonly total_minor_units: string;
  readonly placed_at: Date;
  readonly lines: readonly Line[];
}

function orderOf(row: OrderRow): Order {
  return {
    id: row.order_id,
    userId: row.user_id,
    idempotencyKey: row.idempotency_key,
    lines: inSkuOrder(row.lines),
    totalMinorUnits: Number(row.total_minor_units),
    placedAt: row.placed_at,
    state: stateOf(row),
  };
}

function stateOf({ status, rejected_because: because }: OrderRow): OrderState {
  switch (status) {
    case 'pending':
    case 'capturing':
    case 'confirmed':
      return { kind: status };
    case 'rejecting':
    case 'rejected':
      return { kind: status, because };
  }
}
