import type { CardNetwork, Patience } from './card-network/card-network.ts';
import type { Refund } from './refund.ts';
import type { RefundStore } from './refund-store.ts';

/** Moves refunds along, with the card network on the one side and what is written down on the other. */
export interface CardRefunds {
  /** As `CardPayments.settle` does for payments. */
  settle(refund: Refund, patience: Patience): Promise<Refund>;
}

export function createCardRefunds(options: {
  readonly store: RefundStore;
  readonly network: Pick<CardNetwork, 'carryOut'>;
}): CardRefunds {
  const { store, network } = options;
  return {
    async settle(refund, patience) {
      if (refund.state.kind !== 'requested') return refund;
      const { refundId, paymentId, amount } = refund;
      const answer = await network.carryOut({ kind: 'refund', paymentId, refundId, amount }, patience);
      return await store.end(refundId, answer.kind === 'done' ? 'refunded' : 'refused');
    },
  };
}
