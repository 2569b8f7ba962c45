import { operatorAccessOf, withOperatorClient } from '../operator-client.ts';
import type { StackDescription } from '../stack-description.ts';
import type { BookedOrder, BookedReservation, StockLevel, StockLine } from './balance.ts';

type Stack = Pick<StackDescription, 'socketDirectory' | 'addresses'>;

/** When it is, by the clock that stamps orders. */
export async function databaseTime(stack: Stack): Promise<string> {
  return await withOperatorClient(operatorAccessOf(stack), 'order', async (client) => {
    const { rows } = await client.query<{ time: string }>('select clock_timestamp()::text as time');
    return rows[0]?.time ?? '';
  });
}

/** All orders of everybody that were placed from this time on. */
export async function readOrders(stack: Stack, since: string): Promise<BookedOrder[]> {
  return await withOperatorClient(operatorAccessOf(stack), 'order', async (client) => {
    const { rows } = await client.query<{ id: string; key: string; status: string; total: string; lines: StockLine[] }>(
      `select order_id as id, idempotency_key as key, status, total_minor_units as total,
              (select json_agg(json_build_object('sku', sku, 'quantity', quantity)) from order_lines line
                where line.order_id = orders.order_id) as lines
         from orders where placed_at >= $1`,
      [since],
    );
    return rows.map(({ id, key, status, total, lines }) => ({
      orderId: id,
      idempotencyKey: key,
      status,
      totalMinorUnits: Number(total),
      lines: lines ?? [],
    }));
  });
}

/** How many orders and reservations are still under way. */
export async function countOpen(stack: Stack, since: string): Promise<number> {
  const orders = await withOperatorClient(operatorAccessOf(stack), 'order', (client) =>
    client.query<{ count: number }>(
      `select count(*)::int from orders where placed_at >= $1 and status not in ('confirmed', 'rejected', 'cancelled')`,
      [since],
    ),
  );
  const reservations = await withOperatorClient(operatorAccessOf(stack), 'inventory', (client) =>
    client.query<{ count: number }>(
      `select count(*)::int from reservations where reserved_at >= $1 and status = 'reserved'`,
      [since],
    ),
  );
  return (orders.rows[0]?.count ?? 0) + (reservations.rows[0]?.count ?? 0);
}

export async function readReservations(stack: Stack, since: string): Promise<BookedReservation[]> {
  return await withOperatorClient(operatorAccessOf(stack), 'inventory', async (client) => {
    const { rows } = await client.query<{ id: string; status: string; lines: StockLine[] | null }>(
      `select reservation_id as id, status,
              (select json_agg(json_build_object('sku', sku, 'quantity', quantity)) from reservation_lines line
                where line.reservation_id = reservations.reservation_id) as lines
         from reservations where reserved_at >= $1`,
      [since],
    );
    return rows.map(({ id, status, lines }) => ({ reservationId: id, status, lines: lines ?? [] }));
  });
}

/** How much there is of each product, for sale and in orders. */
export async function readStock(stack: Stack): Promise<ReadonlyMap<string, StockLevel>> {
  return await withOperatorClient(operatorAccessOf(stack), 'inventory', async (client) => {
    const { rows } = await client.query<{ sku: string; available: number; taken: string | null }>(
      `select sku, available,
              (select sum(quantity) from reservation_lines line join reservations using (reservation_id)
                where line.sku = stock.sku and status in ('reserved', 'committed')) as taken
         from stock`,
    );
    return new Map(rows.map(({ sku, available, taken }) => [sku, { available, inOrders: Number(taken ?? 0) }]));
  });
}
