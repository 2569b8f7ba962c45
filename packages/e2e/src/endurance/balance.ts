/** What a client was told of one order, in the end. */
export interface Told {
  readonly idempotencyKey: string;
  readonly user: string;
  readonly orderId: string;
  readonly status: 'confirmed' | 'rejected';
}

/** An order as the shop has it. */
export interface BookedOrder {
  readonly orderId: string;
  readonly idempotencyKey: string;
  readonly status: string;
  readonly totalMinorUnits: number;
  readonly lines: readonly StockLine[];
}

export interface StockLine {
  readonly sku: string;
  readonly quantity: number;
}

export interface BookedReservation {
  readonly reservationId: string;
  readonly status: string;
  readonly lines: readonly StockLine[];
}

/** What the card network has in its books for one payment: a payment has its order's id. */
export interface Charge {
  readonly paymentId: string;
  readonly captures: number;
  readonly capturedMinorUnits: number;
  readonly refundedMinorUnits: number;
  /** Still held, neither taken nor given up. */
  readonly open: boolean;
}

/** How much of a product there is: for sale, and in orders. Together they stay the same. */
export interface StockLevel {
  readonly available: number;
  readonly inOrders: number;
}

/** Everything that has to agree once no order is under way any more. */
export interface Books {
  readonly told: readonly Told[];
  /** Order ids that were confirmed to a client and that the gateway, asked again, does not show as confirmed. */
  readonly notShown: readonly string[];
  readonly orders: readonly BookedOrder[];
  readonly reservations: readonly BookedReservation[];
  readonly charges: readonly Charge[];
  readonly stockBefore: ReadonlyMap<string, StockLevel>;
  readonly stockAfter: ReadonlyMap<string, StockLevel>;
}

export type FaultKind = 'lost' | 'charged_twice' | 'charged_wrongly' | 'oversold' | 'left_open';

export interface Fault {
  readonly kind: FaultKind;
  readonly detail: string;
}

const finalStatuses: readonly string[] = ['confirmed', 'rejected', 'cancelled'];

/** Finds what does not agree. Nothing was lost, sold twice or charged twice where there is no fault. */
export function findFaults(books: Books): Fault[] {
  return [...lostOrders(books), ...wrongCharges(books), ...oversoldStock(books), ...leftOpen(books)];
}

function lostOrders({ told, notShown, orders }: Books): Fault[] {
  const byId = new Map(orders.map((order) => [order.orderId, order]));
  const faults = notShown.map((orderId) => lost(`${orderId} was confirmed, and the gateway does not show it so`));
  for (const { orderId, status, idempotencyKey } of told) {
    const booked = byId.get(orderId);
    if (booked === undefined) faults.push(lost(`${orderId} was ${status}, and there is no such order`));
    else if (booked.status !== status) faults.push(lost(`${orderId} was ${status}, and is ${booked.status}`));
    else if (booked.idempotencyKey !== idempotencyKey) faults.push(lost(`${orderId} has another key than it was sent`));
  }
  return faults;
}

function lost(detail: string): Fault {
  return { kind: 'lost', detail };
}

function wrongCharges({ orders, charges }: Books): Fault[] {
  const faults: Fault[] = [];
  const byPayment = new Map(charges.map((charge) => [charge.paymentId, charge]));
  const known = new Set(orders.map(({ orderId }) => orderId));
  for (const [key, same] of Map.groupBy(orders, ({ idempotencyKey }) => idempotencyKey)) {
    const taken = same.filter(({ orderId }) => keptOf(byPayment.get(orderId)) > 0);
    if (taken.length > 1) faults.push({ kind: 'charged_twice', detail: `${taken.length} orders of the key ${key}` });
  }
  for (const charge of charges) {
    const { paymentId, captures } = charge;
    if (captures > 1) faults.push({ kind: 'charged_twice', detail: `${paymentId} was captured ${captures} times` });
    if (keptOf(charge) > 0 && !known.has(paymentId))
      faults.push({ kind: 'charged_wrongly', detail: `${paymentId} was charged, and there is no such order` });
  }
  for (const { orderId, status, totalMinorUnits } of orders) {
    const due = status === 'confirmed' ? totalMinorUnits : 0;
    const kept = keptOf(byPayment.get(orderId));
    if (kept !== due)
      faults.push({ kind: 'charged_wrongly', detail: `${orderId} is ${status}: ${due} are due, ${kept} were kept` });
  }
  return faults;
}

function keptOf(charge: Charge | undefined): number {
  return charge === undefined ? 0 : charge.capturedMinorUnits - charge.refundedMinorUnits;
}

function oversoldStock({ orders, reservations, stockBefore, stockAfter }: Books): Fault[] {
  const faults: Fault[] = [];
  for (const [sku, after] of stockAfter) {
    if (after.available < 0) faults.push(oversold(`${after.available} of ${sku} are for sale`));
    const before = stockBefore.get(sku);
    const moved = before === undefined ? 0 : before.available + before.inOrders - after.available - after.inOrders;
    if (moved !== 0)
      faults.push(oversold(`${Math.abs(moved)} of ${sku} ${moved > 0 ? 'vanished' : 'came from nowhere'}`));
  }
  const byId = new Map(reservations.map((reservation) => [reservation.reservationId, reservation]));
  for (const { orderId, status, lines } of orders) {
    const reservation = byId.get(orderId);
    const moved = reservation?.status === 'committed' ? inWords(reservation.lines) : 'nothing';
    const sold = status === 'confirmed' ? inWords(lines) : 'nothing';
    if (moved !== sold) faults.push(oversold(`${orderId} is ${status}: it sold ${sold}, and ${moved} left the stock`));
  }
  const known = new Set(orders.map(({ orderId }) => orderId));
  for (const { reservationId, status } of reservations) {
    if (status === 'committed' && !known.has(reservationId))
      faults.push(oversold(`${reservationId} left the stock, and there is no such order`));
  }
  return faults;
}

function oversold(detail: string): Fault {
  return { kind: 'oversold', detail };
}

function inWords(lines: readonly StockLine[]): string {
  return lines
    .map(({ sku, quantity }) => `${quantity} × ${sku}`)
    .toSorted()
    .join(', ');
}

function leftOpen({ orders, reservations, charges }: Books): Fault[] {
  const open = [
    ...orders.filter(({ status }) => !finalStatuses.includes(status)).map((each) => `order ${each.orderId}`),
    ...reservations.filter(({ status }) => status === 'reserved').map((each) => `reservation ${each.reservationId}`),
    ...charges.filter((charge) => charge.open).map((each) => `hold ${each.paymentId}`),
  ];
  return open.map((detail) => ({ kind: 'left_open', detail }));
}
