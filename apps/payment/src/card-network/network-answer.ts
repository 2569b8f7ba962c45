import { z } from 'zod';
import type { Instruction, NetworkAnswer } from './instruction.ts';

const minorUnits = z.int().min(0);
const charge = z.object({
  paymentId: z.string(),
  state: z.enum(['held', 'captured', 'voided', 'declined']),
  currency: z.string(),
  heldMinorUnits: minorUnits,
  capturedMinorUnits: minorUnits,
  refundedMinorUnits: minorUnits,
});
const objection = z.object({ error: z.string().regex(/^[a-z_]{1,40}$/) });

export type ChargeState = z.infer<typeof charge>['state'];

/** What a payment's charge is, by the network's own account; null where it does not say so. */
export function readState(paymentId: string, text: string): ChargeState | null {
  const told = charge.safeParse(parseJson(text));
  return told.success && told.data.paymentId === paymentId ? told.data.state : null;
}

/**
 * Reads an answer. Null where it is none: another status, no JSON, or a charge that is not what was asked for. Whether
 * it was done is then not known.
 */
export function readAnswer(instruction: Instruction, status: number, text: string): NetworkAnswer | null {
  const body = parseJson(text);
  switch (status) {
    case 200:
    case 201: {
      const told = charge.safeParse(body);
      return told.success && fits(instruction, told.data) ? { kind: 'done' } : null;
    }
    case 402:
    case 409:
    case 422: {
      const told = objection.safeParse(body);
      return told.success ? { kind: 'refused', why: told.data.error } : null;
    }
    default:
      return null;
  }
}

/** A first answer may be told again long after: more may have happened to the charge since. */
function fits(instruction: Instruction, told: z.infer<typeof charge>): boolean {
  if (told.paymentId !== instruction.paymentId) return false;
  switch (instruction.kind) {
    case 'hold':
      return told.heldMinorUnits === instruction.amount.minorUnits && told.currency === instruction.amount.currency;
    case 'capture':
      return told.state === 'captured' && told.capturedMinorUnits === instruction.amount.minorUnits;
    case 'void':
      return told.state === 'voided' || told.state === 'declined';
    case 'refund':
      return told.refundedMinorUnits >= instruction.amount.minorUnits;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
