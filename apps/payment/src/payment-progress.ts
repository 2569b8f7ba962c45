import type { Instruction, NetworkAnswer } from './card-network/instruction.ts';
import type { GivenUp, Payment } from './payment.ts';

/**
 * How far a payment is. It is written down before the card network is asked, so in `authorizing`, `capturing` and
 * `voiding` nobody knows whether the network has done it.
 */
export type PaymentStatus = 'authorizing' | 'authorized' | 'declined' | 'capturing' | 'captured' | 'voiding' | 'voided';

/** What the network has to be asked, as often as it takes; null where nothing is open. */
export function openInstruction(payment: Payment | GivenUp): Instruction | null {
  const { paymentId, status } = payment;
  switch (status) {
    case 'voiding':
      return { kind: 'void', paymentId };
    case 'authorizing':
    case 'capturing':
      return payment.kind === 'payment'
        ? { kind: status === 'authorizing' ? 'hold' : 'capture', paymentId, amount: payment.amount }
        : null;
    case 'authorized':
    case 'declined':
    case 'captured':
    case 'voided':
      return null;
  }
}

/** The network holds nothing: it has taken nothing, and never will. Any other refusal does not say that. */
const letGo: readonly string[] = ['declined', 'voided', 'not_held'];

/** What follows from the network's answer; null where it makes no sense, and the payment stays as it is. */
export function afterAnswer(status: PaymentStatus, answer: NetworkAnswer): PaymentStatus | null {
  switch (status) {
    case 'authorizing':
      if (answer.kind === 'done') return 'authorized';
      return answer.why === 'declined' ? 'declined' : null;
    case 'capturing':
      if (answer.kind === 'done') return 'captured';
      return letGo.includes(answer.why) ? 'declined' : null;
    case 'voiding':
      return answer.kind === 'done' ? 'voided' : null;
    case 'authorized':
    case 'declined':
    case 'captured':
    case 'voided':
      return null;
  }
}
