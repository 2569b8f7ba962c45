import { BusinessError } from '@zt/kit/errors';
import type { Database, Queryable } from '@zt/kit/vault';
import {
  inSkuOrder,
  type Line,
  mayCommit,
  mayRelease,
  type PricedLine,
  type Product,
  type Reservation,
  type ReservationStatus,
  repeatReservation,
  totalOf,
} from './inventory.ts';

export interface ReservationRequest {
  readonly id: string;
  readonly userId: string;
  readonly lines: readonly Line[];
  readonly now: Date;
  readonly expiresAt: Date;
}

/** Stock and reservations in SQL. Every refusal is a `BusinessError`, and leaves everything as it was. */
export interface InventoryStore {
  findProduct(sku: string): Promise<Product | null>;
  /** All lines or none. The same id and lines again give the first reservation again. */
  reserve(request: ReservationRequest): Promise<Reservation>;
  commit(id: string, userId: string): Promise<void>;
  /** An id that is not known yet is remembered as released, so that nothing can be reserved under it any more. */
  release(id: string, userId: string, now: Date): Promise<void>;
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
        if (mayCommit(reservation.status)) await setStatus(transaction, id, 'committed');
      }),
    release: (id, userId, now) =>
      database.transaction(async (transaction) => {
        if (await insertReservation(transaction, { id, userId, now, expiresAt: now }, 'released')) return;
        const reservation = await lockReservation(transaction, id, userId);
        if (reservation === null) throw new BusinessError('not_found', 'There is no such reservation.');
        if (!mayRelease(reservation.status)) return;
        for (const line of inSkuOrder(reservation.lines)) {
          await transaction.query('update stock set available = available + $2 where sku = $1', [
            line.sku,
            line.quantity,
          ]);
        }
        await setStatus(transaction, id, 'released');
      }),
  };
}

async function reserve(transaction: Queryable, request: ReservationRequest): Promise<Reservation> {
  const { id, userId, expiresAt } = request;
  if (!(await insertReservation(transaction, request, 'reserved'))) {
    const first = await lockReservation(transaction, id, userId);
    if (first === null) throw new BusinessError('conflict', 'The reservation id is taken.');
    return repeatReservation(first, userId, inSkuOrder(request.lines));
  }
  const lines: PricedLine[] = [];
  for (const line of inSkuOrder(request.lines)) lines.push(await takeStock(transaction, line));
  const totalMinorUnits = totalOf(lines);
  await transaction.query(
    'insert into reservation_lines (reservation_id, sku, quantity) select $1, * from unnest($2::text[], $3::integer[])',
    [id, lines.map((line) => line.sku), lines.map((line) => line.quantity)],
  );
  await transaction.query('update reservations set total_minor_units = $2 where reservation_id = $1', [
    id,
    totalMinorUnits,
  ]);
  return { id, userId, status: 'reserved', lines, totalMinorUnits, expiresAt };
}

async function takeStock(transaction: Queryable, line: Line): Promise<PricedLine> {
  const [taken] = await transaction.query<{ unit_price_minor_units: string }>(
    `update stock set available = available - $2 where sku = $1 and available >= $2 returning unit_price_minor_units`,
    [line.sku, line.quantity],
  );
  if (taken !== undefined) return { ...line, unitPriceMinorUnits: Number(taken.unit_price_minor_units) };
  const known = await transaction.query('select sku from stock where sku = $1', [line.sku]);
  if (known.length === 0) throw new BusinessError('not_found', `There is no product ${line.sku}.`);
  throw new BusinessError('not_possible', `There is not enough of ${line.sku} in stock.`);
}

/** False where the id is there already. Waits for whoever is inserting the same id at the same time. */
async function insertReservation(
  transaction: Queryable,
  { id, userId, now, expiresAt }: Omit<ReservationRequest, 'lines'>,
  status: ReservationStatus,
): Promise<boolean> {
  const rows = await transaction.query(
    `insert into reservations (reservation_id, user_id, status, reserved_at, expires_at) values ($1, $2, $3, $4, $5)
     on conflict (reservation_id) do nothing returning reservation_id`,
    [id, userId, status, now, expiresAt],
  );
  return rows.length === 1;
}

/** Null where it does not exist or is somebody else's. Until the transaction ends nobody else changes it. */
async function lockReservation(transaction: Queryable, id: string, userId: string): Promise<Reservation | null> {
  const [row] = await transaction.query<ReservationRow>(
    `select status, total_minor_units, expires_at from reservations where reservation_id = $1 and user_id = $2
     for update`,
    [id, userId],
  );
  if (row === undefined) return null;
  const lines = await transaction.query<Line>('select sku, quantity from reservation_lines where reservation_id = $1', [
    id,
  ]);
  const { status, total_minor_units, expires_at: expiresAt } = row;
  return { id, userId, status, lines: inSkuOrder(lines), totalMinorUnits: Number(total_minor_units), expiresAt };
}

async function setStatus(transaction: Queryable, id: string, status: ReservationStatus): Promise<void> {
  await transaction.query('update reservations set status = $2 where reservation_id = $1', [id, status]);
}

/** node-postgres gives a bigint as text. */
interface ProductRow {
  readonly sku: string;
  readonly name: string;
  readonly available: number;
  readonly unit_price_minor_units: string;
}

interface ReservationRow {
  readonly status: ReservationStatus;
  readonly total_minor_units: string;
  readonly expires_at: Date;
}

function productOf(row: ProductRow): Product {
  const { sku, name, available } = row;
  return { sku, name, available, unitPriceMinorUnits: Number(row.unit_price_minor_units) };
}
