import { BusinessError } from '@zt/kit/errors';
import type { Money } from '@zt/proto/money';
import type { OrderLine, PlaceOrderRequest } from '@zt/proto/order';
import type { OrderState } from './order-progress.ts';

export interface Line {
  readonly sku: string;
  readonly quantity: number;
}

/** What a user asks for. */
export interface Wish {
  /** Chosen by the user's client: the same key is the same order. */
  readonly idempotencyKey: string;
  /** Ordered by sku, each sku once. */
  readonly lines: readonly Line[];
  /** What the user agreed to pay, in cents of the euro. */
  readonly totalMinorUnits: number;
}

export interface Order extends Wish {
  readonly id: string;
  readonly userId: string;
  readonly placedAt: Date;
  /** Of the call that placed the order. */
  readonly traceId: string;
  readonly state: OrderState;
  /** When the card network paid out; null before. */
  readonly settledAt: Date | null;
  /** What went back to the customer, of the total. */
  readonly refundedMinorUnits: number;
}

const keyPattern = /^[\x21-\x7e]{8,64}$/;
const skuPattern = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const orderIdPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const mostLines = 50;
const largestQuantity = 1000;
const largestAmount = 1e12;

/** Gives what is asked for, with the lines in the order of their sku, or throws `BusinessError` `invalid`. */
export function parsePlaceOrder(request: PlaceOrderRequest): Wish {
  const idempotencyKey = parseIdempotencyKey(request.idempotencyKey);
  return { idempotencyKey, lines: parseLines(request.lines), totalMinorUnits: parseAmount(request.total) };
}

/** Gives the key, or throws `BusinessError` `invalid`. */
export function parseIdempotencyKey(key: string): string {
  if (!keyPattern.test(key)) {
    throw new BusinessError('invalid', 'An idempotency key has 8 to 64 visible ASCII characters.');
  }
  return key;
}

/** Gives the order's id, or throws `BusinessError` `invalid`. */
export function parseOrderId(id: string): string {
  if (!orderIdPattern.test(id)) throw new BusinessError('invalid', 'An order id is a UUID in lower case.');
  return id;
}

function parseLines(lines: readonly OrderLine[]): readonly Line[] {
  if (lines.length === 0 || lines.length > mostLines) {
    throw new BusinessError('invalid', `An order has 1 to ${mostLines} lines.`);
  }
  for (const { sku, quantity } of lines) {
    if (sku.length > 64 || !skuPattern.test(sku)) {
      throw new BusinessError('invalid', 'A sku has up to 64 lower-case letters, digits and hyphens.');
    }
    if (!Number.isInteger(quantity) || quantity < 1 || quantity > largestQuantity) {
      throw new BusinessError('invalid', `A quantity is a whole number from 1 to ${largestQuantity}.`);
    }
  }
  if (new Set(lines.map((line) => line.sku)).size !== lines.length) {
    throw new BusinessError('invalid', 'Each sku stands in one line only.');
  }
  return inSkuOrder(lines);
}

/** Gives cents of the euro, or throws `BusinessError` `invalid`. */
export function parseAmount(amount: Money | undefined): number {
  if (amount?.currency !== 'EUR') throw new BusinessError('invalid', 'An amount is in EUR.');
  const { minorUnits } = amount;
  if (!Number.isInteger(minorUnits) || minorUnits < 1 || minorUnits > largestAmount) {
    throw new BusinessError('invalid', 'An amount is 0.01 to 10,000,000,000.00.');
  }
  return minorUnits;
}

/** The order of lines says nothing, so it is always the same. */
export function inSkuOrder(lines: readonly Line[]): readonly Line[] {
  return lines
    .map(({ sku, quantity }) => ({ sku, quantity }))
    .toSorted((left, right) => (left.sku < right.sku ? -1 : left.sku > right.sku ? 1 : 0));
}

/** Throws `BusinessError` `conflict` where the key of an order comes with another body. */
export function assertSameBody(first: Wish, again: Wish): void {
  const same =
    first.totalMinorUnits === again.totalMinorUnits &&
    first.lines.length === again.lines.length &&
    first.lines.every((line, at) => line.sku === again.lines[at]?.sku && line.quantity === again.lines[at]?.quantity);
  if (!same) throw new BusinessError('conflict', 'The idempotency key was used for another order.');
}

/** Why an order is refused whose goods cost something else than the user agreed to; undefined where they don't. */
export function priceObjection(agreedMinorUnits: number, cost: Money | undefined): string | undefined {
  if (cost?.currency !== 'EUR') return 'The goods are not sold in EUR.';
  if (cost.minorUnits === agreedMinorUnits) return undefined;
  return `The goods cost ${euros(cost.minorUnits)} and not ${euros(agreedMinorUnits)}.`;
}

/** An amount as people read it. */
export function euros(minorUnits: number): string {
  const cents = minorUnits % 100;
  return `${(minorUnits - cents) / 100}.${String(cents).padStart(2, '0')} EUR`;
}
