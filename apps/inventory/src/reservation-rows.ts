import type { Queryable } from '@zt/kit/vault';
import { inSkuOrder, type Line, type Reservation, type ReservationStatus } from './inventory.ts';

export interface NewReservation {
  readonly id: string;
  readonly userId: string | null;
  readonly now: Date;
  readonly expiresAt: Date;
}

/** False where the id is there already. Waits for whoever is inserting the same id at the same time. */
export async function insertReservation(
  transaction: Queryable,
  { id, userId, now, expiresAt }: NewReservation,
  status: ReservationStatus,
): Promise<boolean> {
  const rows = await transaction.query(
    `insert into reservations (reservation_id, user_id, status, reserved_at, expires_at) values ($1, $2, $3, $4, $5)
     on conflict (reservation_id) do nothing returning reservation_id`,
    [id, userId, status, now, expiresAt],
  );
  return rows.length === 1;
}

export async function insertLines(transaction: Queryable, id: string, lines: readonly Line[]): Promise<void> {
  await transaction.query(
    'insert into reservation_lines (reservation_id, sku, quantity) select $1, * from unnest($2::text[], $3::integer[])',
    [id, lines.map((line) => line.sku), lines.map((line) => line.quantity)],
  );
}

/** Whoever's it is; until the transaction ends nobody else changes it. */
export async function findReservation(transaction: Queryable, id: string): Promise<Reservation> {
  const reservation = await lockReservation(transaction, id, null);
  if (reservation === null) throw new Error('a reservation that stood in the way is gone');
  return reservation;
}

/**
 * Null where it does not exist or is somebody else's; to no user (null) nothing is somebody else's. Until the transaction
 * ends nobody else changes it.
 */
export async function lockReservation(
  transaction: Queryable,
  id: string,
  userId: string | null,
): Promise<Reservation | null> {
  const [row] = await transaction.query<ReservationRow>(
    `select user_id, status, total_minor_units, expires_at from reservations
     where reservation_id = $1 and ($2::text is null or user_id = $2 or user_id is null) for update`,
    [id, userId],
  );
  if (row === undefined) return null;
  const lines = await transaction.query<Line>('select sku, quantity from reservation_lines where reservation_id = $1', [
    id,
  ]);
  return {
    id,
    userId: row.user_id,
    status: row.status,
    lines: inSkuOrder(lines),
    totalMinorUnits: Number(row.total_minor_units),
    expiresAt: row.expires_at,
  };
}

export async function setStatus(transaction: Queryable, id: string, status: ReservationStatus): Promise<void> {
  await transaction.query('update reservations set status = $2 where reservation_id = $1', [id, status]);
}

export async function setReserved(
  transaction: Queryable,
  id: string,
  totalMinorUnits: number,
  expiresAt: Date,
): Promise<void> {
  await transaction.query(
    `update reservations set status = 'reserved', total_minor_units = $2, expires_at = $3 where reservation_id = $1`,
    [id, totalMinorUnits, expiresAt],
  );
}

/** Marks up to so many reservations, and gives their lines. Passes over what somebody else has locked. */
export async function expireReservations(
  transaction: Queryable,
  now: Date,
  atMost: number,
): Promise<{ readonly count: number; readonly lines: readonly Line[] }> {
  const expired = await transaction.query<{ reservation_id: string }>(
    `with overdue as materialized (
       select reservation_id from reservations where status = 'reserved' and expires_at < $1
       order by expires_at limit $2 for update skip locked)
     update reservations set status = 'expired' from overdue
     where reservations.reservation_id = overdue.reservation_id returning reservations.reservation_id`,
    [now, atMost],
  );
  if (expired.length === 0) return { count: 0, lines: [] };
  const lines = await transaction.query<Line>(
    'select sku, quantity from reservation_lines where reservation_id = any($1)',
    [expired.map((row) => row.reservation_id)],
  );
  return { count: expired.length, lines };
}

/** node-postgres gives a bigint as text. */
interface ReservationRow {
  readonly user_id: string | null;
  readonly status: ReservationStatus;
  readonly total_minor_units: string;
  readonly expires_at: Date;
}
