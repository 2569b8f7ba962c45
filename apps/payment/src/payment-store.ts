import type { Database } from '@zt/kit/vault';
import type { Authorization, Payment } from './payment.ts';

/** Payments in SQL. */
export interface PaymentStore {
  /** Holds the amount, or gives the payment that has this id or is for this order already, whatever it is. */
  authorize(authorization: Authorization, userId: string, now: Date): Promise<Payment>;
  /** Takes the amount, once. Null where the user has no such payment. */
  capture(paymentId: string, userId: string, now: Date): Promise<Payment | null>;
}

const columns = 'payment_id, order_id, user_id, status, amount_minor_units, currency';

export function createPaymentStore(database: Database): PaymentStore {
  return {
    authorize: async (authorization, userId, now) => {
      const { paymentId, orderId, amountMinorUnits, currency } = authorization;
      const [inserted] = await database.query<PaymentRow>(
        `insert into payments (${columns}, authorized_at) values ($1, $2, $3, 'authorized', $4, $5, $6)
         on conflict do nothing returning ${columns}`,
        [paymentId, orderId, userId, amountMinorUnits, currency, now],
      );
      if (inserted !== undefined) return paymentOf(inserted);
      const [first] = await database.query<PaymentRow>(
        `select ${columns} from payments where payment_id = $1 or order_id = $2 order by payment_id = $1 desc limit 1`,
        [paymentId, orderId],
      );
      if (first === undefined) throw new Error('a payment that stood in the way is gone');
      return paymentOf(first);
    },
    capture: async (paymentId, userId, now) => {
      // The first time counts: a repeated capture leaves it as it is.
      const [row] = await database.query<PaymentRow>(
        `update payments set status = 'captured', captured_at = coalesce(captured_at, $3)
         where payment_id = $1 and user_id = $2 returning ${columns}`,
        [paymentId, userId, now],
      );
      return row === undefined ? null : paymentOf(row);
    },
  };
}

/** node-postgres gives a bigint as text. */
interface PaymentRow {
  readonly payment_id: string;
  readonly order_id: string;
  readonly user_id: string;
  readonly status: Payment['status'];
  readonly amount_minor_units: string;
  readonly currency: 'EUR';
}

function paymentOf(row: PaymentRow): Payment {
  return {
    paymentId: row.payment_id,
    orderId: row.order_id,
    userId: row.user_id,
    status: row.status,
    amountMinorUnits: Number(row.amount_minor_units),
    currency: row.currency,
  };
}
