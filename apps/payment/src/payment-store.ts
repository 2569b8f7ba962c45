import type { Database, Queryable } from '@zt/kit/vault';
import type { Authorization, GivenUp, Payment } from './payment.ts';
import type { PaymentStatus } from './payment-progress.ts';

/** Payments in SQL. */
export interface PaymentStore {
  /** Writes down that the amount is to be held, or gives what has this id or is for this order already. */
  begin(authorization: Authorization, userId: string, now: Date): Promise<Payment | GivenUp>;
  /** Writes down that the id is to be given up, or gives what has it already. */
  giveUp(paymentId: string, userId: string | null): Promise<Payment | GivenUp>;
  find(paymentId: string): Promise<Payment | GivenUp | null>;
  /** Moves on from this status, and gives what it is then; null where it had another one. */
  move(paymentId: string, from: PaymentStatus, to: PaymentStatus, now: Date): Promise<Payment | GivenUp | null>;
  /** Those whose answer is overdue, each for one copy of the service, and each again after a longer time. */
  claimOverdue(most: number): Promise<(Payment | GivenUp)[]>;
}

export const columns = 'payment_id, order_id, user_id, status, amount_minor_units, currency';

/** Whoever asks the network has this long before others ask too. */
export const patienceSql = "clock_timestamp() + interval '10 seconds'";
/** 10 s, 20 s, … up to about 5 minutes. */
export const backoffSql = 'clock_timestamp() + make_interval(secs => 10 * power(2, least(attempts, 5)))';

export function createPaymentStore(database: Database): PaymentStore {
  return {
    begin: async (authorization, userId, now) => {
      const { paymentId, orderId, amount } = authorization;
      const [inserted] = await database.query<PaymentRow>(
        `insert into payments (${columns}, authorized_at, due_at)
         values ($1, $2, $3, 'authorizing', $4, $5, $6, ${patienceSql})
         on conflict do nothing returning ${columns}`,
        [paymentId, orderId, userId, amount.minorUnits, amount.currency, now],
      );
      if (inserted !== undefined) return paymentOf(inserted);
      const [first] = await database.query<PaymentRow>(
        `select ${columns} from payments where payment_id = $1 or order_id = $2 order by payment_id = $1 desc limit 1`,
        [paymentId, orderId],
      );
      if (first === undefined) throw new Error('a payment that stood in the way is gone');
      return paymentOf(first);
    },
    giveUp: async (paymentId, userId) => {
      const [inserted] = await database.query<PaymentRow>(
        `insert into payments (payment_id, user_id, status, due_at) values ($1, $2, 'voiding', ${patienceSql})
         on conflict do nothing returning ${columns}`,
        [paymentId, userId],
      );
      const given = inserted === undefined ? await findPayment(database, paymentId) : paymentOf(inserted);
      if (given === null) throw new Error('a payment that stood in the way is gone');
      return given;
    },
    find: (paymentId) => findPayment(database, paymentId),
    move: async (paymentId, from, to, now) => {
      const [row] = await database.query<PaymentRow>(
        `update payments set status = $3, attempts = 0,
           captured_at = case when $3 = 'captured' then $4::timestamptz end,
           voided_at = case when $3 = 'voided' then $4::timestamptz end,
           due_at = case when $3 in ('authorizing', 'capturing', 'voiding') then ${patienceSql} end
         where payment_id = $1 and status = $2 returning ${columns}`,
        [paymentId, from, to, now],
      );
      return row === undefined ? null : paymentOf(row);
    },
    claimOverdue: async (most) => {
      const rows = await database.query<PaymentRow>(
        `update payments set attempts = attempts + 1, due_at = ${backoffSql}
         where payment_id in (
           select payment_id from payments where due_at <= clock_timestamp()
           order by due_at limit $1 for update skip locked)
         returning ${columns}`,
        [most],
      );
      return rows.map(paymentOf);
    },
  };
}

async function findPayment(queryable: Queryable, paymentId: string): Promise<Payment | GivenUp | null> {
  const [row] = await queryable.query<PaymentRow>(`select ${columns} from payments where payment_id = $1`, [paymentId]);
  return row === undefined ? null : paymentOf(row);
}

/** node-postgres gives a bigint as text. */
export interface PaymentRow {
  readonly payment_id: string;
  readonly order_id: string | null;
  readonly user_id: string | null;
  readonly status: PaymentStatus;
  readonly amount_minor_units: string | null;
  readonly currency: 'EUR' | null;
}

export function paymentOf(row: PaymentRow): Payment | GivenUp {
  const { payment_id: paymentId, order_id: orderId, user_id: userId, status, currency } = row;
  if (orderId === null || userId === null || currency === null) {
    if (status !== 'voiding' && status !== 'voided') throw new Error('a payment is not whole');
    return { kind: 'given up', paymentId, userId, status };
  }
  const amount = { currency, minorUnits: Number(row.amount_minor_units) };
  return { kind: 'payment', paymentId, orderId, userId, status, amount };
}
