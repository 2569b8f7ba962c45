import type { Amount } from '../payment.ts';

/** What the card network is asked for. Each has one idempotency key for good, so that it can be asked again at any time. */
export type Instruction =
  | { readonly kind: 'hold'; readonly paymentId: string; readonly amount: Amount }
  | { readonly kind: 'capture'; readonly paymentId: string; readonly amount: Amount }
  | { readonly kind: 'void'; readonly paymentId: string }
  | { readonly kind: 'refund'; readonly paymentId: string; readonly refundId: string; readonly amount: Amount };

/** What it answered. No answer at all is an error. */
export type NetworkAnswer =
  | { readonly kind: 'done' }
  /** For good, with the network's own word for why. */
  | { readonly kind: 'refused'; readonly why: string };

export function idempotencyKeyOf(instruction: Instruction): string {
  return instruction.kind === 'refund'
    ? `refund-${instruction.refundId}`
    : `${instruction.kind}-${instruction.paymentId}`;
}

/** Where the instruction goes, and what it says. */
export function requestOf(instruction: Instruction): { readonly path: string; readonly body: string } {
  const { paymentId } = instruction;
  switch (instruction.kind) {
    case 'hold':
      return { path: '/v1/payments', body: JSON.stringify({ paymentId, amount: instruction.amount }) };
    case 'capture':
    case 'void':
      return { path: `/v1/payments/${paymentId}/${instruction.kind}`, body: '{}' };
    case 'refund':
      return { path: `/v1/payments/${paymentId}/refunds`, body: JSON.stringify({ amount: instruction.amount }) };
  }
}
