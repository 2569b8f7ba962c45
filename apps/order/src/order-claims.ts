import { BusinessError } from '@zt/kit/errors';
import type { Database } from '@zt/kit/vault';
import { cancelObjection } from './cancel.ts';
import type { Order } from './order.ts';
import type { OrderState } from './order-progress.ts';
import { type OrderRow, orderColumns, orderOf } from './order-row.ts';

/** An order that was left alone, and how often it was carried on since its last step forward, this time included. */
export interface LeftOrder {
  readonly order: Order;
  readonly attempt: number;
}

/**
 * Who has an order in hand, in SQL. Copies of the service, and the calls in each, share orders by claims that end by
 * themselves. Times are the database's, since the copies' clocks may differ.
 */
export interface OrderClaims {
  /** Takes the order in hand for so many seconds, and gives it as it is now; null where somebody else has it. */
  take(id: string, claim: string, seconds: number): Promise<Order | null>;
  /** Takes an order in hand that is not finished and was left alone; null where there is none. */
  takeLeft(claim: string, seconds: number): Promise<LeftOrder | null>;
  /** Writes down how far the order is; throws `BusinessError` `unavailable` where the claim went to somebody else. */
  record(id: string, claim: string, state: OrderState): Promise<void>;
  /** Writes down that the order is being cancelled; throws `BusinessError` `not_possible` where it was settled before. */
  recordCancelling(id: string, claim: string): Promise<void>;
  /** Gives the order out of hand; whoever carries on what was left alone waits for so many seconds, if that is said. */
  letGo(id: string, claim: string, pauseSeconds?: number): Promise<void>;
}

/**
 * How long an order may lie in nobody's hand. Before anything is decided it waits for its user, who may send it again;
 * afterwards there is nothing to wait for.
 */
export const patienceSeconds = { pending: 30, decided: 5 } as const;

const dueAt = `clock_timestamp() + make_interval(secs =>
  case status when 'pending' then ${patienceSeconds.pending} else ${patienceSeconds.decided} end)`;

export function createOrderClaims(database: Database): OrderClaims {
  return {
    take: async (id, claim, seconds) => {
      const [row] = await database.query<OrderRow>(
        `update orders set claim = $2, claimed_until = clock_timestamp() + make_interval(secs => $3),
           due_at = case when due_at is null then null else ${dueAt} end
         where order_id = $1 and (claimed_until is null or claimed_until < clock_timestamp())
         returning ${orderColumns}`,
        [id, claim, seconds],
      );
      return row === undefined ? null : orderOf(row);
    },
    takeLeft: async (claim, seconds) => {
      const [row] = await database.query<OrderRow & { readonly attempts: number }>(
        `with due as materialized (
           select order_id from orders
           where due_at < clock_timestamp() and (claimed_until is null or claimed_until < clock_timestamp())
           order by due_at limit 1 for update skip locked)
         update orders set claim = $1, claimed_until = clock_timestamp() + make_interval(secs => $2),
           attempts = attempts + 1
         from due where orders.order_id = due.order_id returning attempts, ${orderColumns}`,
        [claim, seconds],
      );
      return row === undefined ? null : { order: orderOf(row), attempt: row.attempts };
    },
    record: async (id, claim, state) => {
      const rows = await database.query(
        `update orders set status = $3, rejected_because = $4, attempts = 0,
           due_at = case when $5 then null else clock_timestamp() + make_interval(secs => $6) end
         where order_id = $1 and claim = $2 and status not in ('rejected', 'cancelled') returning order_id`,
        [id, claim, state.kind, 'because' in state ? state.because : '', isEnd(state), patienceSeconds.decided],
      );
      if (rows.length === 0) throw inOtherHands();
    },
    recordCancelling: (id, claim) =>
      database.transaction(async (transaction) => {
        const [row] = await transaction.query<OrderRow>(
          `select ${orderColumns} from orders where order_id = $1 and claim = $2 for update of orders`,
          [id, claim],
        );
        if (row === undefined) throw inOtherHands();
        const objection = cancelObjection(orderOf(row));
        if (objection !== undefined) throw new BusinessError('not_possible', objection);
        await transaction.query(
          `update orders set status = 'cancelling', attempts = 0, due_at = clock_timestamp() + make_interval(secs => $2)
           where order_id = $1`,
          [id, patienceSeconds.decided],
        );
      }),
    letGo: async (id, claim, pauseSeconds) => {
      await database.query(
        `update orders set claim = null, claimed_until = null,
           due_at = case when due_at is null or $3::float8 is null then due_at
             else clock_timestamp() + make_interval(secs => $3) end
         where order_id = $1 and claim = $2`,
        [id, claim, pauseSeconds ?? null],
      );
    },
  };
}

function isEnd({ kind }: OrderState): boolean {
  return kind === 'confirmed' || kind === 'rejected' || kind === 'cancelled';
}

function inOtherHands(): BusinessError {
  return new BusinessError('unavailable', 'The order is being carried on elsewhere.');
}
