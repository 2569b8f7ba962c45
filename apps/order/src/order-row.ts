import { inSkuOrder, type Line, type Order } from './order.ts';
import type { OrderState } from './order-progress.ts';

/** What `orderOf` needs, in a query of `orders`. */
export const orderColumns = `orders.order_id, user_id, idempotency_key, orders.status, rejected_because,
  total_minor_units, placed_at, trace_id, settled_at,
  (select json_agg(json_build_object('sku', sku, 'quantity', quantity))
   from order_lines where order_lines.order_id = orders.order_id) as lines,
  (select coalesce(sum(amount_minor_units), 0) from order_refunds
   where order_refunds.order_id = orders.order_id and order_refunds.status = 'done') as refunded_minor_units`;

/** node-postgres gives a bigint as text. */
export interface OrderRow {
  readonly order_id: string;
  readonly user_id: string;
  readonly idempotency_key: string;
  readonly status: OrderState['kind'];
  readonly rejected_because: string;
  readonly total_minor_units: string;
  readonly placed_at: Date;
  readonly trace_id: string;
  readonly settled_at: Date | null;
  readonly lines: readonly Line[];
  readonly refunded_minor_units: string;
}

export function orderOf(row: OrderRow): Order {
  return {
    id: row.order_id,
    userId: row.user_id,
    idempotencyKey: row.idempotency_key,
    lines: inSkuOrder(row.lines),
    totalMinorUnits: Number(row.total_minor_units),
    placedAt: row.placed_at,
    traceId: row.trace_id,
    state: stateOf(row),
    settledAt: row.settled_at,
    refundedMinorUnits: Number(row.refunded_minor_units),
  };
}

function stateOf({ status, rejected_because: because }: OrderRow): OrderState {
  switch (status) {
    case 'rejecting':
    case 'rejected':
      return { kind: status, because };
    case 'pending':
    case 'capturing':
    case 'cancelling':
    case 'confirmed':
    case 'cancelled':
      return { kind: status };
  }
}
