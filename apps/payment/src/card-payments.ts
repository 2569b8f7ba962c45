import { BusinessError } from '@zt/kit/errors';
import type { CardNetwork, Patience } from './card-network/card-network.ts';
import type { GivenUp, Payment } from './payment.ts';
import { afterAnswer, openInstruction } from './payment-progress.ts';
import type { PaymentStore } from './payment-store.ts';

/** Moves payments along, with the card network on the one side and what is written down on the other. */
export interface CardPayments {
  /**
   * Asks the network what is open, writes its answer down, and gives the payment as it is then. Gives it as it is where
   * nothing is open. Throws as `CardNetwork.carryOut` does; the payment then stays as it is, and can be settled later.
   */
  settle(payment: Payment | GivenUp, patience: Patience): Promise<Payment | GivenUp>;
  /**
   * The same for a payment that nobody is waiting for. A hold is not asked for again then, only looked up: whoever wanted
   * it was told that there is no answer, and either comes again or gives it up.
   */
  settleLater(payment: Payment | GivenUp, patience: Patience): Promise<void>;
}

export function createCardPayments(options: {
  readonly store: PaymentStore;
  readonly network: Pick<CardNetwork, 'carryOut' | 'lookUp'>;
  readonly now: () => Date;
}): CardPayments {
  const { store, network, now } = options;

  async function settle(payment: Payment | GivenUp, patience: Patience): Promise<Payment | GivenUp> {
    const instruction = openInstruction(payment);
    if (instruction === null) return payment;
    const answer = await network.carryOut(instruction, patience);
    const next = afterAnswer(payment.status, answer);
    const moved = next === null ? null : await store.move(payment.paymentId, payment.status, next, now());
    if (moved !== null) return moved;
    // Somebody else has moved it on meanwhile, with the same answer or, for a hold, to give it up.
    const current = await found(payment.paymentId);
    if (current.status !== payment.status) return current;
    throw new BusinessError('unavailable', 'The card network gave an answer that makes no sense.');
  }

  async function found(paymentId: string): Promise<Payment | GivenUp> {
    const payment = await store.find(paymentId);
    if (payment === null) throw new Error('a payment is gone');
    return payment;
  }

  return {
    settle,
    async settleLater(payment, patience) {
      if (payment.status !== 'authorizing') return void (await settle(payment, patience));
      const state = await network.lookUp(payment.paymentId, patience);
      if (state !== 'held' && state !== 'declined') return;
      const next = state === 'held' ? 'authorized' : 'declined';
      await store.move(payment.paymentId, 'authorizing', next, now());
    },
  };
}
