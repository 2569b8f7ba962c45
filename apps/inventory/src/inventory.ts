import { BusinessError } from '@zt/kit/errors';
import type { ReservationLine, ReserveStockRequest } from '@zt/proto/inventory';

/** The currency of every price here. */
export const currency = 'EUR';

/** How long stock is held for an order at least. */
export const holdSeconds = 15 * 60;

export interface Product {
  readonly sku: string;
  readonly name: string;
  /** What can still be reserved. */
  readonly available: number;
  readonly unitPriceMinorUnits: number;
}

export interface Line {
  readonly sku: string;
  readonly quantity: number;
}

export interface PricedLine extends Line {
  readonly unitPriceMinorUnits: number;
}

/**
 * `reserved`: out of the stock. `committed`: the goods have left. `expired`: back in the stock, since nobody committed in
 * time. `released`: back in the stock for good, whatever it was before.
 */
export type ReservationStatus = 'reserved' | 'committed' | 'expired' | 'released';

export interface Reservation {
  readonly id: string;
  /** Null where it was released in a service's own name before it was made. */
  readonly userId: string | null;
  readonly status: ReservationStatus;
  /** Ordered by sku, each sku once. */
  readonly lines: readonly Line[];
  readonly totalMinorUnits: number;
  readonly expiresAt: Date;
}

const skuPattern = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const idPattern = /^[A-Za-z0-9-]{8,64}$/;
const mostLines = 50;
const largestQuantity = 1000;
const largestTotal = 1e12;

/** Gives the sku, or throws `BusinessError` `invalid`. */
export function parseSku(sku: string): string {
  if (sku.length > 64 || !skuPattern.test(sku)) {
    throw new BusinessError('invalid', 'A sku has up to 64 lower-case letters, digits and hyphens.');
  }
  return sku;
}

/** Gives the reservation's id, or throws `BusinessError` `invalid`. */
export function parseReservationId(id: string): string {
  if (!idPattern.test(id)) {
    throw new BusinessError('invalid', 'A reservation id has 8 to 64 letters, digits and hyphens.');
  }
  return id;
}

/** Gives what is to be reserved, with the lines in the order of their sku, or throws `BusinessError` `invalid`. */
export function parseReserveStock(request: ReserveStockRequest): {
  readonly id: string;
  readonly lines: readonly Line[];
} {
  return { id: parseReservationId(request.reservationId), lines: parseLines(request.lines) };
}

function parseLines(lines: readonly ReservationLine[]): readonly Line[] {
  if (lines.length === 0 || lines.length > mostLines) {
    throw new BusinessError('invalid', `A reservation has 1 to ${mostLines} lines.`);
  }
  const parsed = lines.map(({ sku, quantity }) => ({ sku: parseSku(sku), quantity: parseQuantity(quantity) }));
  if (new Set(parsed.map((line) => line.sku)).size !== parsed.length) {
    throw new BusinessError('invalid', 'Each sku stands in one line only.');
  }
  return inSkuOrder(parsed);
}

function parseQuantity(quantity: number): number {
  if (!Number.isInteger(quantity) || quantity < 1 || quantity > largestQuantity) {
    throw new BusinessError('invalid', `A quantity is a whole number from 1 to ${largestQuantity}.`);
  }
  return quantity;
}

/** The one order in which stock is taken and given back: two reservations can then never wait for each other. */
export function inSkuOrder<Each extends Line>(lines: readonly Each[]): readonly Each[] {
  return lines.toSorted((left, right) => (left.sku < right.sku ? -1 : left.sku > right.sku ? 1 : 0));
}

/** What the lines cost together, in minor units; throws `BusinessError` `not_possible` above the largest amount. */
export function totalOf(lines: readonly PricedLine[]): number {
  const total = lines.reduce((sum, line) => sum + line.quantity * line.unitPriceMinorUnits, 0);
  if (total > largestTotal) throw new BusinessError('not_possible', 'The lines cost more than one order may.');
  return total;
}

/**
 * What a second reservation with the same id gets: nothing new (false) where it asks for the same, and its lines once
 * more (true) where they went back into the stock in the meantime. Throws `BusinessError` `conflict` where it asks for
 * anything else, and `not_possible` after a release.
 */
export function mustReserveAgain(first: Reservation, userId: string, lines: readonly Line[]): boolean {
  if (first.userId !== null && first.userId !== userId)
    throw new BusinessError('conflict', 'The reservation id is taken.');
  if (first.status === 'released') throw new BusinessError('not_possible', 'The reservation was released.');
  const same =
    first.lines.length === lines.length &&
    first.lines.every((line, at) => line.sku === lines[at]?.sku && line.quantity === lines[at]?.quantity);
  if (!same) throw new BusinessError('conflict', 'The reservation id was used for other lines.');
  return first.status === 'expired';
}

/** What a change of a reservation does to the stock. */
export type StockChange = 'take' | 'give back' | 'none';

/** What committing does to the stock; null where it is committed already. Throws `not_possible` after a release. */
export function commitChange(status: ReservationStatus): StockChange | null {
  switch (status) {
    case 'reserved':
      return 'none';
    case 'expired':
      return 'take';
    case 'committed':
      return null;
    case 'released':
      throw new BusinessError('not_possible', 'The reservation was released.');
  }
}

/** What releasing does to the stock, also after the goods have left; null where it is released already. */
export function releaseChange(status: ReservationStatus): StockChange | null {
  switch (status) {
    case 'reserved':
    case 'committed':
      return 'give back';
    case 'expired':
      return 'none';
    case 'released':
      return null;
  }
}
