import type { Amount } from './charge.ts';
import type { Ledger } from './ledger.ts';

/** Money that is paid out to the merchant, who is to be told so. */
export interface Settlement {
  readonly settlementId: string;
  readonly paymentId: string;
  readonly amount: Amount;
}

/** Settlements that the merchant has not taken note of yet, in SQL: a network that starts again goes on with them. */
export interface Settlements {
  plan(settlement: Settlement, dueAt: Date): void;
  /** A charge that was given back in whole before its settlement is not settled. */
  drop(paymentId: string): void;
  due(now: Date, most: number): { readonly settlement: Settlement; readonly attempts: number }[];
  accepted(settlementId: string): void;
  /** The notice was not taken: the next attempt is at this time. */
  postpone(settlementId: string, until: Date): void;
  /** How many are still to be told. */
  outstanding(): number;
}

interface SettlementRow {
  readonly settlement_id: string;
  readonly payment_id: string;
  readonly currency: string;
  readonly minor_units: number;
  readonly attempts: number;
}

export function createSettlements({ database }: Ledger): Settlements {
  database.exec(`create table if not exists settlements (
    settlement_id text primary key,
    payment_id text not null,
    currency text not null,
    minor_units integer not null,
    state text not null check (state in ('planned', 'accepted', 'dropped')),
    attempts integer not null default 0,
    next_attempt_at integer not null
  ) strict;
  create index if not exists settlements_planned on settlements (next_attempt_at) where state = 'planned'`);
  const plan = database.prepare("insert into settlements values (?, ?, ?, ?, 'planned', 0, ?)");
  const drop = database.prepare(
    "update settlements set state = 'dropped' where payment_id = ? and state = 'planned' and attempts = 0",
  );
  const due = database.prepare(
    `select settlement_id, payment_id, currency, minor_units, attempts from settlements
     where state = 'planned' and next_attempt_at <= ? order by next_attempt_at limit ?`,
  );
  const accept = database.prepare("update settlements set state = 'accepted' where settlement_id = ?");
  const postpone = database.prepare(
    'update settlements set attempts = attempts + 1, next_attempt_at = ? where settlement_id = ?',
  );
  const count = database.prepare("select count(*) as outstanding from settlements where state = 'planned'");
  return {
    plan({ settlementId, paymentId, amount }, dueAt) {
      plan.run(settlementId, paymentId, amount.currency, amount.minorUnits, dueAt.getTime());
    },
    drop: (paymentId) => void drop.run(paymentId),
    due: (now, most) =>
      (due.all(now.getTime(), most) as unknown as SettlementRow[]).map((row) => ({
        settlement: {
          settlementId: row.settlement_id,
          paymentId: row.payment_id,
          amount: { currency: row.currency, minorUnits: row.minor_units },
        },
        attempts: row.attempts,
      })),
    accepted: (settlementId) => void accept.run(settlementId),
    postpone: (settlementId, until) => void postpone.run(until.getTime(), settlementId),
    outstanding: () => Number(count.get()?.outstanding ?? 0),
  };
}
