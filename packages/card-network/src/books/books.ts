import { randomUUID } from 'node:crypto';
import { type Amount, type Changed, type Charge, capture, hold, type Objection, refund, voidCharge } from './charge.ts';
import type { Charges } from './charges.ts';
import type { Answer, FirstAnswers } from './first-answers.ts';
import type { Settlements } from './settlements.ts';

/** What a merchant may ask for. */
export type Instruction =
  | { readonly kind: 'hold'; readonly paymentId: string; readonly amount: Amount }
  | { readonly kind: 'capture'; readonly paymentId: string }
  | { readonly kind: 'void'; readonly paymentId: string }
  | { readonly kind: 'refund'; readonly paymentId: string; readonly amount: Amount };

/** Does what merchants ask for, once for each idempotency key, and keeps the books of it. */
export interface Books {
  /** Null where the key came with another instruction before. */
  carryOut(idempotencyKey: string, instruction: Instruction): Answer | null;
}

export function createBooks(options: {
  readonly charges: Charges;
  readonly firstAnswers: FirstAnswers;
  readonly settlements: Settlements;
  readonly settleAfterSeconds: number;
  readonly now: () => Date;
}): Books {
  const { charges, firstAnswers, settlements, now } = options;

  function carryOutNow(instruction: Instruction): Answer {
    const changed = change(charges.find(instruction.paymentId), instruction);
    if ('objection' in changed) return refusal(changed.objection);
    const { charge } = changed;
    charges.put(charge);
    if (charge.state === 'declined') return refusal('declined');
    if (instruction.kind === 'capture') planSettlement(charge);
    if (instruction.kind === 'refund' && charge.refundedMinorUnits === charge.capturedMinorUnits) {
      settlements.drop(charge.paymentId);
    }
    return { status: instruction.kind === 'hold' ? 201 : 200, body: chargeJson(charge) };
  }

  function planSettlement(charge: Charge): void {
    const amount = { currency: charge.currency, minorUnits: charge.heldMinorUnits };
    const dueAt = new Date(now().getTime() + options.settleAfterSeconds * 1000);
    settlements.plan({ settlementId: randomUUID(), paymentId: charge.paymentId, amount }, dueAt);
  }

  return {
    carryOut: (key, instruction) => firstAnswers.once(key, JSON.stringify(instruction), () => carryOutNow(instruction)),
  };
}

function change(charge: Charge | null, instruction: Instruction): Changed {
  switch (instruction.kind) {
    case 'hold':
      return hold(charge, instruction.paymentId, instruction.amount);
    case 'capture':
      return capture(charge);
    case 'void':
      return voidCharge(charge, instruction.paymentId);
    case 'refund':
      return refund(charge, instruction.amount);
  }
}

function refusal(objection: Objection): Answer {
  return { status: objection === 'declined' ? 402 : 409, body: { error: objection } };
}

/** A charge as merchants see it. */
export function chargeJson(charge: Charge): Readonly<Record<string, unknown>> {
  const { paymentId, state, currency, heldMinorUnits, capturedMinorUnits, refundedMinorUnits } = charge;
  return { paymentId, state, currency, heldMinorUnits, capturedMinorUnits, refundedMinorUnits };
}
