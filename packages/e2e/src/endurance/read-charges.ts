import { createCardNetworkAdmin } from '@zt/card-network/admin';
import type { StackDescription } from '../stack-description.ts';
import type { Charge } from './balance.ts';

/** Everything in the card network's own books, as its operator sees it. */
export async function readCharges({ cardNetwork }: Pick<StackDescription, 'cardNetwork'>): Promise<Charge[]> {
  const payments = await createCardNetworkAdmin(cardNetwork.admin).listPayments();
  return payments.map(({ state, paymentId, captures, capturedMinorUnits, refundedMinorUnits }) => ({
    paymentId,
    captures,
    capturedMinorUnits,
    refundedMinorUnits,
    open: state === 'held',
  }));
}
