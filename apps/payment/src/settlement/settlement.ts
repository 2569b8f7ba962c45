import { BusinessError } from '@zt/kit/errors';
import { decodeJwt } from 'jose';
import { z } from 'zod';
import type { Amount } from '../payment.ts';

/** The card network has paid out for a payment, and says so in a notice. */
export interface SettlementNotice {
  /** New for each notice, also of a settlement that was told before. */
  readonly noticeId: string;
  readonly settlementId: string;
  readonly paymentId: string;
  readonly amount: Amount;
  readonly signedAt: Date;
}

const id = z.string().regex(/^[A-Za-z0-9-]{8,64}$/);
const claims = z.object({
  jti: z.string().min(1).max(128),
  iat: z.int(),
  settlement_id: id,
  payment_id: id,
  amount_minor_units: z.int().min(1).max(1e12),
  currency: z.literal('EUR'),
});

/** Reads a notice that was verified before. Throws `BusinessError` `invalid` where it does not say what it has to. */
export function readSettlementNotice(notice: string): SettlementNotice {
  const read = claims.safeParse(decodeJwt(notice));
  if (!read.success) throw new BusinessError('invalid', 'The notice does not say what was settled.');
  const { jti, iat, settlement_id, payment_id, amount_minor_units, currency } = read.data;
  return {
    noticeId: jti,
    settlementId: settlement_id,
    paymentId: payment_id,
    amount: { currency, minorUnits: amount_minor_units },
    signedAt: new Date(iat * 1000),
  };
}

/** What policy and ledger see of a notice that nobody has verified yet; nothing where it can't be read. */
export function claimedSettlement(notice: string): Readonly<Record<string, string | number>> {
  try {
    const { noticeId, settlementId, paymentId, amount } = readSettlementNotice(notice);
    const { minorUnits, currency } = amount;
    return { amount_minor_units: minorUnits, currency, notice: noticeId, payment: paymentId, settlement: settlementId };
  } catch {
    return {};
  }
}
