import type { Database, Queryable } from '@zt/kit/vault';
import type { GivenUp, Payment } from './payment.ts';
import { backoffSql, type PaymentRow, patienceSql, columns as paymentColumns, paymentOf } from './payment-store.ts';
import { assertRefundable, type Refund, type RefundWish } from './refund.ts';

/** Refunds in SQL. */
export interface RefundStore {
  /**
   * Writes down that so much is to be given back, or gives the refund that has this id. Throws `not_possible` where it
   * would be more than was taken, refunds that are still open among it.
   */
  request(wish: RefundWish, payment: Payment | GivenUp, now: Date): Promise<Refund>;
  /** The network has answered: gives the refund as it is then. */
  end(refundId: string, how: 'refunded' | 'refused'): Promise<Refund>;
  /** Those whose answer is overdue, each for one copy of the service, and each again after a longer time. */
  claimOverdue(most: number): Promise<Refund[]>;
}

const columns = 'refund_id, payment_id, amount_minor_units, currency, status, total_minor_units';

export function createRefundStore(database: Database): RefundStore {
  return {
    request: (wish, { paymentId }, now) =>
      database.transaction(async (transaction) => {
        // One refund of a payment at a time: together they must not be more than what was taken.
        const payment = await lockPayment(transaction, paymentId);
        const first = await findRefund(transaction, wish.refundId);
        if (first !== null) return first;
        assertRefundable(payment, await sumOf(transaction, paymentId, ['requested', 'refunded']), wish);
        const [row] = await transaction.query<RefundRow>(
          `insert into refunds (refund_id, payment_id, amount_minor_units, currency, status, requested_at, due_at)
           values ($1, $2, $3, $4, 'requested', $5, ${patienceSql}) returning ${columns}`,
          [wish.refundId, paymentId, wish.amount.minorUnits, wish.amount.currency, now],
        );
        return refundOf(row);
      }),
    end: (refundId, how) =>
      database.transaction(async (transaction) => {
        const refund = await findRefund(transaction, refundId);
        if (refund === null) throw new Error('a refund is gone');
        await lockPayment(transaction, refund.paymentId);
        const total = await sumOf(transaction, refund.paymentId, ['refunded']);
        const [row] = await transaction.query<RefundRow>(
          `update refunds set status = $2, due_at = null, total_minor_units = $3
           where refund_id = $1 and status = 'requested' returning ${columns}`,
          [refundId, how, how === 'refunded' ? total + refund.amount.minorUnits : null],
        );
        // Somebody else has ended it meanwhile.
        return row === undefined ? refundOf(await rowOf(transaction, refundId)) : refundOf(row);
      }),
    claimOverdue: async (most) => {
      const rows = await database.query<RefundRow>(
        `update refunds set attempts = attempts + 1, due_at = ${backoffSql}
         where refund_id in (
           select refund_id from refunds where due_at <= clock_timestamp()
           order by due_at limit $1 for update skip locked)
         returning ${columns}`,
        [most],
      );
      return rows.map(refundOf);
    },
  };
}

async function lockPayment(transaction: Queryable, paymentId: string): Promise<Payment | GivenUp> {
  const [row] = await transaction.query<PaymentRow>(
    `select ${paymentColumns} from payments where payment_id = $1 for update`,
    [paymentId],
  );
  if (row === undefined) throw new Error('a payment is gone');
  return paymentOf(row);
}

async function sumOf(transaction: Queryable, paymentId: string, statuses: readonly string[]): Promise<number> {
  const [row] = await transaction.query<{ readonly sum: string }>(
    'select coalesce(sum(amount_minor_units), 0) as sum from refunds where payment_id = $1 and status = any($2)',
    [paymentId, statuses],
  );
  return Number(row?.sum ?? 0);
}

async function findRefund(transaction: Queryable, refundId: string): Promise<Refund | null> {
  const row = await rowOf(transaction, refundId);
  return row === undefined ? null : refundOf(row);
}

async function rowOf(transaction: Queryable, refundId: string): Promise<RefundRow | undefined> {
  const [row] = await transaction.query<RefundRow>(`select ${columns} from refunds where refund_id = $1`, [refundId]);
  return row;
}

/** node-postgres gives a bigint as text. */
interface RefundRow {
  readonly refund_id: string;
  readonly payment_id: string;
  readonly amount_minor_units: string;
  readonly currency: 'EUR';
  readonly status: Refund['state']['kind'];
  readonly total_minor_units: string | null;
}

function refundOf(row: RefundRow | undefined): Refund {
  if (row === undefined) throw new Error('a refund is gone');
  return {
    refundId: row.refund_id,
    paymentId: row.payment_id,
    amount: { currency: row.currency, minorUnits: Number(row.amount_minor_units) },
    state:
      row.status === 'refunded'
        ? { kind: 'refunded', totalMinorUnits: Number(row.total_minor_units) }
        : { kind: row.status },
  };
}
