import { BusinessError } from '@zt/kit/errors';
import type { Database, Queryable } from '@zt/kit/vault';
import {
  commitChange,
  inSkuOrder,
  type Line,
  mustReserveAgain,
  type Product,
  type Reservation,
  releaseChange,
  type StockChange,
  totalOf,
} from './inventory.ts';
import {
  expireReservations,
  findReservation,
  insertLines,
  insertReservation,
  lockReservation,
  setReserved,
  setStatus,
} from './reservation-rows.ts';
import { giveBack, take } from './stock-rows.ts';

export interface ReservationRequest {
  readonly id: string;
  readonly userId: string;
  readonly lines: readonly Line[];
  readonly now: Date;
  readonly expiresAt: Date;
}

/**
 * Stock and reservations in SQL. Every refusal is a `BusinessError`, and leaves everything as it was. A user reaches the
 * user's own reservations; null, for a service in its own name, reaches each by its id.
 */
export interface InventoryStore {
  findProduct(sku: string): Promise<Product | null>;
  /** All lines or none. The same id and lines again give the first reservation again. */
  reserve(request: ReservationRequest): Promise<Reservation>;
  /** Takes what expired anew, as far as it is there. */
  commit(id: string, userId: string | null): Promise<void>;
  /** An id that is not known yet is remembered as released, so that nothing can be reserved under it any more. */
  release(id: string, userId: string | null, now: Date): Promise<void>;
  /** Gives back up to so many reservations that expired, and says how many; copies of a service share the work. */
  expire(now: Date, atMost: number): Promise<number>;
}

export function createInventoryStore(database: Database): InventoryStore {
  return {
    findProduct: async (sku) => {
      const [row] = await database.query<ProductRow>(
        'select sku, name, available, unit_price_minor_units from stock where sku = $1',
        [sku],
      );
      return row === undefined ? null : productOf(row);
    },
    reserve: (request) => database.transaction((transaction) => reserve(transaction, request)),
    commit: (id, userId) =>
      database.transaction(async (transaction) => {
        const reservation = await lockReservation(transaction, id, userId);
        if (reservation === null) throw new BusinessError('not_found', 'There is no such reservation.');
        const change = commitChange(reservation.status);
        if (change === null) return;
        await changeStock(transaction, reservation, change);
        await setStatus(transaction, id, 'committed');
      }),
    release: (id, userId, now) =>
      database.transaction(async (transaction) => {
        if (await insertReservation(transaction, { id, userId, now, expiresAt: now }, 'released')) return;
        const reservation = await lockReservation(transaction, id, userId);
        if (reservation === null) throw new BusinessError('not_found', 'There is no such reservation.');
        const change = releaseChange(reservation.status);
        if (change === null) return;
        await changeStock(transaction, reservation, change);
        await setStatus(transaction, id, 'released');
      }),
    expire: (now, atMost) =>
      database.transaction(async (transaction) => {
        const { count, lines } = await expireReservations(transaction, now, atMost);
        await giveBack(transaction, lines);
        return count;
      }),
  };
}

async function reserve(transaction: Queryable, request: ReservationRequest): Promise<Reservation> {
  const { id, userId, expiresAt } = request;
  const lines = inSkuOrder(request.lines);
  const isNew = await insertReservation(transaction, request, 'reserved');
  if (!isNew) {
    const first = await findReservation(transaction, id);
    if (!mustReserveAgain(first, userId, lines)) return first;
  }
  const totalMinorUnits = totalOf(await take(transaction, lines));
  if (isNew) await insertLines(transaction, id, lines);
  await setReserved(transaction, id, totalMinorUnits, expiresAt);
  return { id, userId, status: 'reserved', lines, totalMinorUnits, expiresAt };
}

async function changeStock(transaction: Queryable, { lines }: Reservation, change: StockChange): Promise<void> {
  switch (change) {
    case 'take':
      await take(transaction, lines);
      return;
    case 'give back':
      return await giveBack(transaction, lines);
    case 'none':
      return;
  }
}

/** node-postgres gives a bigint as text. */
interface ProductRow {
  readonly sku: string;
  readonly name: string;
  readonly available: number;
  readonly unit_price_minor_units: string;
}

function productOf(row: ProductRow): Product {
  const { sku, name, available } = row;
  return { sku, name, available, unitPriceMinorUnits: Number(row.unit_price_minor_units) };
}
