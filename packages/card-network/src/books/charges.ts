import type { Charge } from './charge.ts';
import type { Ledger } from './ledger.ts';

/** Charges in SQL. */
export interface Charges {
  find(paymentId: string): Charge | null;
  put(charge: Charge): void;
  list(): Charge[];
}

interface ChargeRow {
  readonly payment_id: string;
  readonly state: Charge['state'];
  readonly currency: string;
  readonly held: number;
  readonly captured: number;
  readonly refunded: number;
  readonly captures: number;
}

export function createCharges({ database }: Ledger): Charges {
  database.exec(`create table if not exists charges (
    payment_id text primary key,
    state text not null,
    currency text not null,
    held integer not null,
    captured integer not null,
    refunded integer not null check (refunded <= captured),
    captures integer not null
  ) strict`);
  const columns = 'payment_id, state, currency, held, captured, refunded, captures';
  const one = database.prepare(`select ${columns} from charges where payment_id = ?`);
  const all = database.prepare(`select ${columns} from charges order by rowid`);
  const put = database.prepare(`insert or replace into charges (${columns}) values (?, ?, ?, ?, ?, ?, ?)`);
  return {
    find(paymentId) {
      const row = one.get(paymentId) as unknown as ChargeRow | undefined;
      return row === undefined ? null : chargeOf(row);
    },
    put(charge) {
      const { paymentId, state, currency, heldMinorUnits, capturedMinorUnits, refundedMinorUnits, captures } = charge;
      put.run(paymentId, state, currency, heldMinorUnits, capturedMinorUnits, refundedMinorUnits, captures);
    },
    list: () => (all.all() as unknown as ChargeRow[]).map(chargeOf),
  };
}

function chargeOf(row: ChargeRow): Charge {
  return {
    paymentId: row.payment_id,
    state: row.state,
    currency: row.currency,
    heldMinorUnits: row.held,
    capturedMinorUnits: row.captured,
    refundedMinorUnits: row.refunded,
    captures: row.captures,
  };
}
