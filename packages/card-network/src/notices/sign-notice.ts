import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import type { Settlement } from '../books/settlements.ts';
import type { NoticeKey } from './notice-key.ts';

export interface NoticeOptions {
  readonly audience: string;
  readonly issuedAt: Date;
}

/**
 * A notice that says: this was paid out. A compact JWS (RFC 7515) whose `jti` is new each time, also where a notice of
 * the same settlement is sent again; its `settlement_id` stays.
 */
export async function signNotice(key: NoticeKey, settlement: Settlement, options: NoticeOptions): Promise<string> {
  return await new SignJWT({
    payment_id: settlement.paymentId,
    settlement_id: settlement.settlementId,
    amount_minor_units: settlement.amount.minorUnits,
    currency: settlement.amount.currency,
  })
    .setProtectedHeader({ alg: 'EdDSA', typ: 'settlement+jwt', kid: key.keyId })
    .setIssuer('card-network')
    .setAudience(options.audience)
    .setIssuedAt(Math.floor(options.issuedAt.getTime() / 1000))
    .setJti(randomUUID())
    .sign(key.privateKey);
}
