import { BusinessError, ZeroTrustError } from '@zt/kit/errors';
import type { Database, Queryable } from '@zt/kit/vault';
import { backoffSql } from '../payment-store.ts';
import type { SettlementNotice } from './settlement.ts';

/** A settlement that order is to be told of. */
export interface TakenSettlement extends SettlementNotice {
  readonly traceId: string;
}

/** Settlement notices in SQL. */
export interface SettlementStore {
  /**
   * Keeps a notice that was verified. Throws `notice_replayed` where this very notice came before, and `BusinessError`
   * where it is not about a payment that was taken, in this amount. Once it settles the notice is on disk.
   */
  take(notice: SettlementNotice, traceId: string, now: Date): Promise<void>;
  /** Those that order has not been told of, each for one copy of the service, and each again after a longer time. */
  claimOverdue(most: number): Promise<TakenSettlement[]>;
  passedOn(noticeId: string): Promise<void>;
}

export function createSettlementStore(database: Database): SettlementStore {
  return {
    take: (notice, traceId, now) =>
      database.transaction(async (transaction) => {
        await assertTaken(transaction, notice);
        const status = (await wasToldBefore(transaction, notice)) ? 'repeated' : 'taken';
        const rows = await transaction.query(
          `insert into settlement_notices (notice_id, settlement_id, payment_id, amount_minor_units, currency,
             signed_at, received_at, trace_id, status, due_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, case when $9 = 'taken' then clock_timestamp() end)
           on conflict (notice_id) do nothing returning notice_id`,
          [
            notice.noticeId,
            notice.settlementId,
            notice.paymentId,
            notice.amount.minorUnits,
            notice.amount.currency,
            notice.signedAt,
            now,
            traceId,
            status,
          ],
        );
        if (rows.length === 0) throw new ZeroTrustError('notice_replayed', 'the notice came before');
      }),
    claimOverdue: async (most) => {
      const rows = await database.query<NoticeRow>(
        `update settlement_notices set attempts = attempts + 1, due_at = ${backoffSql}
         where notice_id in (
           select notice_id from settlement_notices where due_at <= clock_timestamp()
           order by due_at limit $1 for update skip locked)
         returning notice_id, settlement_id, payment_id, amount_minor_units, currency, signed_at, trace_id`,
        [most],
      );
      return rows.map(settlementOf);
    },
    passedOn: async (noticeId) => {
      await database.query(
        "update settlement_notices set status = 'passed on', due_at = null where notice_id = $1 and status = 'taken'",
        [noticeId],
      );
    },
  };
}

/** The payment's row is locked, so that two notices of one settlement come one after the other. */
async function assertTaken(transaction: Queryable, { paymentId, amount }: SettlementNotice): Promise<void> {
  const [payment] = await transaction.query<{ status: string; amount_minor_units: string; currency: string }>(
    'select status, amount_minor_units, currency from payments where payment_id = $1 for update',
    [paymentId],
  );
  // The network's answer to the capture may still be on its way here: the notice comes again later.
  if (payment?.status === 'capturing') throw new BusinessError('unavailable', 'The payment is not settled here yet.');
  if (payment?.status !== 'captured') throw new BusinessError('not_found', 'No such payment was taken.');
  if (Number(payment.amount_minor_units) !== amount.minorUnits || payment.currency !== amount.currency) {
    throw new BusinessError('conflict', 'Another amount was taken.');
  }
}

async function wasToldBefore(transaction: Queryable, notice: SettlementNotice): Promise<boolean> {
  const [before] = await transaction.query<{ payment_id: string }>(
    "select payment_id from settlement_notices where settlement_id = $1 and status <> 'repeated' and notice_id <> $2",
    [notice.settlementId, notice.noticeId],
  );
  if (before !== undefined && before.payment_id !== notice.paymentId) {
    throw new BusinessError('conflict', 'The settlement is of another payment.');
  }
  return before !== undefined;
}

/** node-postgres gives a bigint as text. */
interface NoticeRow {
  readonly notice_id: string;
  readonly settlement_id: string;
  readonly payment_id: string;
  readonly amount_minor_units: string;
  readonly currency: 'EUR';
  readonly signed_at: Date;
  readonly trace_id: string;
}

function settlementOf(row: NoticeRow): TakenSettlement {
  return {
    noticeId: row.notice_id,
    settlementId: row.settlement_id,
    paymentId: row.payment_id,
    amount: { currency: row.currency, minorUnits: Number(row.amount_minor_units) },
    signedAt: row.signed_at,
    traceId: row.trace_id,
  };
}
