import { BusinessError } from '@zt/kit/errors';
import type { CardNetwork, Patience } from './card-network/card-network.ts';
import type { Refund } from './refund.ts';
import type { RefundStore } from './refund-store.ts';

/** Moves refunds along, with the card network on the one side and what is written down on the other. */
export interface CardRefunds {
  /** As `CardPayments.settle` does for payments. */
  settle(refund: Refund, patience: Patience): Promise<Refund>;
}

/** Nothing went back, and never will. Any other refusal does not say that: the refund stays open, and its amount promised. */
const gaveNothing: readonly string[] = ['not_captured', 'too_much'];

export function createCardRefunds(options: {
  readonly store: Pick<RefundStore, 'end'>;
  readonly network: Pick<CardNetwork, 'carryOut'>;
}): CardRefunds {
  const { store, network } = options;
  return {
    async settle(refund, patience) {
      if (refund.state.kind !== 'requested') return refund;
      const { refundId, paymentId, amount } = refund;
      const answer = await network.carryOut({ kind: 'refund', paymentId, refundId, amount }, patience);
      if (answer.kind === 'done') return await store.end(refundId, 'refunded');
      if (gaveNothing.includes(answer.why)) return await store.end(refundId, 'refused');
      throw new BusinessError('unavailable', 'The card network gave an answer that makes no sense.');
    },
  };
}
