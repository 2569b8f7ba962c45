/** Money of one merchant's customer: held, taken, given back. */
export interface Charge {
  /** The merchant's own name for it. */
  readonly paymentId: string;
  readonly state: 'held' | 'captured' | 'voided' | 'declined';
  readonly currency: string;
  readonly heldMinorUnits: number;
  readonly capturedMinorUnits: number;
  readonly refundedMinorUnits: number;
  /** How often money was taken. */
  readonly captures: number;
}

/** Why the network does not do what a merchant asks for. */
export type Objection =
  | 'declined'
  | 'voided'
  | 'not_held'
  | 'captured'
  | 'not_captured'
  | 'too_much'
  | 'payment_exists';

export type Changed = { readonly charge: Charge } | { readonly objection: Objection };

export interface Amount {
  readonly currency: string;
  readonly minorUnits: number;
}

/** No card behind this network pays an amount that ends in 13 cents: for whoever wants to see a decline. */
function isDeclined(amount: Amount): boolean {
  return amount.minorUnits % 100 === 13;
}

/** The charge is null where the merchant never used its id. */
export function hold(charge: Charge | null, paymentId: string, amount: Amount): Changed {
  if (charge?.state === 'voided') return { objection: 'voided' };
  if (charge !== null) return { objection: 'payment_exists' };
  return {
    charge: {
      ...nothing(paymentId, amount.currency),
      state: isDeclined(amount) ? 'declined' : 'held',
      heldMinorUnits: amount.minorUnits,
    },
  };
}

/** The network takes its merchants at their word: whoever asks twice, under two keys, takes the money twice. */
export function capture(charge: Charge | null): Changed {
  if (charge === null) return { objection: 'not_held' };
  switch (charge.state) {
    case 'declined':
    case 'voided':
      return { objection: charge.state };
    case 'held':
    case 'captured': {
      const capturedMinorUnits = charge.capturedMinorUnits + charge.heldMinorUnits;
      return { charge: { ...charge, state: 'captured', capturedMinorUnits, captures: charge.captures + 1 } };
    }
  }
}

/** An id that was never used is remembered as voided: a hold that comes later, since it was slow, is too late. */
export function voidCharge(charge: Charge | null, paymentId: string): Changed {
  if (charge === null) return { charge: { ...nothing(paymentId, ''), state: 'voided' } };
  switch (charge.state) {
    case 'captured':
      return { objection: 'captured' };
    case 'declined':
    case 'voided':
      return { charge };
    case 'held':
      return { charge: { ...charge, state: 'voided' } };
  }
}

export function refund(charge: Charge | null, amount: Amount): Changed {
  if (charge?.state !== 'captured') return { objection: 'not_captured' };
  const refundedMinorUnits = charge.refundedMinorUnits + amount.minorUnits;
  if (amount.currency !== charge.currency || refundedMinorUnits > charge.capturedMinorUnits) {
    return { objection: 'too_much' };
  }
  return { charge: { ...charge, refundedMinorUnits } };
}

function nothing(paymentId: string, currency: string): Charge {
  return {
    paymentId,
    state: 'held',
    currency,
    heldMinorUnits: 0,
    capturedMinorUnits: 0,
    refundedMinorUnits: 0,
    captures: 0,
  };
}
