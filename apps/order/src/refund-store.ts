import { BusinessError } from '@zt/kit/errors';
import type { Database, Queryable } from '@zt/kit/vault';
import { patienceSeconds } from './order-claims.ts';
import { type OrderRow, orderColumns, orderOf } from './order-row.ts';
import { type Refund, type RefundState, type RefundWish, refundObjection } from './refund.ts';

/** Refunds in SQL. Money is promised here before any of it is given back. */
export interface RefundStore {
  /**
   * Keeps a new refund, or gives the one that has this key of the order already, whatever its amount is. Throws
   * `BusinessError` `not_found` without an order, and `not_possible` where the order can't be refunded so.
   */
  add(wish: RefundWish, refund: { readonly id: string; readonly userId: string; readonly at: Date }): Promise<Refund>;
  /** Promises whatever of the order's total was not promised yet; null where nothing is left. Again: the same refund. */
  addRest(orderId: string, at: Date): Promise<Refund | null>;
  find(orderId: string, refundId: string): Promise<Refund | null>;
  /** What was promised and is not known to be given back, the oldest first. */
  open(orderId: string): Promise<readonly Refund[]>;
  /** Writes down how a refund ended. */
  end(orderId: string, refundId: string, state: Exclude<RefundState, { kind: 'requested' }>): Promise<void>;
}

const columns = 'refund_id, idempotency_key, amount_minor_units, status, refused_because';

export function createRefundStore(database: Database): RefundStore {
  return {
    add: (wish, { id, userId, at }) =>
      database.transaction(async (transaction) => {
        const order = await lockOrder(transaction, wish.orderId);
        const [first] = await transaction.query<RefundRow>(
          `select ${columns} from order_refunds where order_id = $1 and idempotency_key = $2`,
          [wish.orderId, wish.idempotencyKey],
        );
        if (first !== undefined) return refundOf(first);
        const promised = await promisedOf(transaction, wish.orderId);
        const objection = refundObjection(order, promised, wish.amountMinorUnits);
        if (objection !== undefined) throw new BusinessError('not_possible', objection);
        return await insert(transaction, wish.orderId, {
          refundId: id,
          idempotencyKey: wish.idempotencyKey,
          amountMinorUnits: wish.amountMinorUnits,
          requestedBy: userId,
          at,
        });
      }),
    addRest: (orderId, at) =>
      database.transaction(async (transaction) => {
        const order = await lockOrder(transaction, orderId);
        // One order has one rest, under the order's own id.
        const first = await findRefund(transaction, orderId, orderId);
        if (first !== null) return first;
        const amountMinorUnits = order.totalMinorUnits - (await promisedOf(transaction, orderId));
        if (amountMinorUnits === 0) return null;
        const rest = { refundId: orderId, idempotencyKey: null, amountMinorUnits, requestedBy: null, at };
        return await insert(transaction, orderId, rest);
      }),
    find: (orderId, refundId) => findRefund(database, orderId, refundId),
    open: async (orderId) => {
      const rows = await database.query<RefundRow>(
        `select ${columns} from order_refunds where order_id = $1 and status = 'requested' order by requested_at, refund_id`,
        [orderId],
      );
      return rows.map(refundOf);
    },
    end: (orderId, refundId, state) =>
      database.transaction(async (transaction) => {
        // With the order locked nobody adds another refund of it meanwhile.
        await lockOrder(transaction, orderId);
        await transaction.query(
          `update order_refunds set status = $2, refused_because = $3 where refund_id = $1 and status = 'requested'`,
          [refundId, state.kind, state.kind === 'refused' ? state.because : ''],
        );
        await transaction.query(
          `update orders set attempts = 0, due_at = null where order_id = $1 and status in ('confirmed', 'cancelled')
             and not exists (select from order_refunds where order_id = $1 and status = 'requested')`,
          [orderId],
        );
      }),
  };
}

async function lockOrder(transaction: Queryable, orderId: string) {
  const [row] = await transaction.query<OrderRow>(
    `select ${orderColumns} from orders where order_id = $1 for update of orders`,
    [orderId],
  );
  if (row === undefined) throw new BusinessError('not_found', 'There is no such order.');
  return orderOf(row);
}

async function promisedOf(transaction: Queryable, orderId: string): Promise<number> {
  const [row] = await transaction.query<{ readonly promised: string }>(
    `select coalesce(sum(amount_minor_units), 0) as promised from order_refunds
     where order_id = $1 and status <> 'refused'`,
    [orderId],
  );
  return Number(row?.promised ?? 0);
}

interface NewRefund {
  readonly refundId: string;
  readonly idempotencyKey: string | null;
  readonly amountMinorUnits: number;
  readonly requestedBy: string | null;
  readonly at: Date;
}

async function insert(transaction: Queryable, orderId: string, refund: NewRefund): Promise<Refund> {
  const { refundId: id, idempotencyKey, amountMinorUnits, requestedBy, at } = refund;
  await transaction.query(
    `insert into order_refunds (refund_id, order_id, idempotency_key, amount_minor_units, status, requested_by,
       requested_at) values ($1, $2, $3, $4, 'requested', $5, $6)`,
    [id, orderId, idempotencyKey, amountMinorUnits, requestedBy, at],
  );
  await transaction.query(
    'update orders set due_at = coalesce(due_at, clock_timestamp() + make_interval(secs => $2)) where order_id = $1',
    [orderId, patienceSeconds.decided],
  );
  return { id, amountMinorUnits, idempotencyKey, state: { kind: 'requested' } };
}

async function findRefund(queryable: Queryable, orderId: string, refundId: string): Promise<Refund | null> {
  const [row] = await queryable.query<RefundRow>(
    `select ${columns} from order_refunds where order_id = $1 and refund_id = $2`,
    [orderId, refundId],
  );
  return row === undefined ? null : refundOf(row);
}

/** node-postgres gives a bigint as text. */
interface RefundRow {
  readonly refund_id: string;
  readonly idempotency_key: string | null;
  readonly amount_minor_units: string;
  readonly status: RefundState['kind'];
  readonly refused_because: string;
}

function refundOf(row: RefundRow): Refund {
  const { refund_id: id, idempotency_key: idempotencyKey, status, refused_because: because } = row;
  const state: RefundState = status === 'refused' ? { kind: status, because } : { kind: status };
  return { id, amountMinorUnits: Number(row.amount_minor_units), idempotencyKey, state };
}
