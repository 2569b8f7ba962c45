import { expect, test } from 'vitest';
import { type Charge, capture, hold, refund, voidCharge } from './charge.ts';

const euros = (minorUnits: number) => ({ currency: 'EUR', minorUnits });
const id = 'payment-0001';
const chargeOf = (changed: ReturnType<typeof hold>): Charge => {
  if ('objection' in changed) throw new Error(changed.objection);
  return changed.charge;
};
const held = chargeOf(hold(null, id, euros(1999)));
const captured = chargeOf(capture(held));
const voided = chargeOf(voidCharge(null, id));
const declined = chargeOf(hold(null, id, euros(1913)));

test('an amount is held, taken once, and given back in parts up to what was taken', () => {
  expect(captured).toMatchObject({ state: 'captured', capturedMinorUnits: 1999, captures: 1 });
  const half = chargeOf(refund(captured, euros(1000)));
  expect(half).toMatchObject({ refundedMinorUnits: 1000 });
  expect(refund(half, euros(1000))).toEqual({ objection: 'too_much' });
  expect(refund(half, euros(999))).toMatchObject({ charge: { refundedMinorUnits: 1999 } });
});

test('whoever asks for the money under a second key takes it a second time, and the books show it', () => {
  expect(capture(captured)).toMatchObject({ charge: { capturedMinorUnits: 3998, captures: 2 } });
});

test('an amount that ends in 13 cents is declined, and stays so', () => {
  expect(declined.state).toBe('declined');
  expect(capture(declined)).toEqual({ objection: 'declined' });
  expect(voidCharge(declined, id)).toEqual({ charge: declined });
});

test.each([
  ['a second hold under one id', hold(held, id, euros(1999)), 'payment_exists'],
  ['a hold under a voided id', hold(voided, id, euros(1999)), 'voided'],
  ['a capture of nothing', capture(null), 'not_held'],
  ['a capture of what was voided', capture(voided), 'voided'],
  ['a void of what was taken', voidCharge(captured, id), 'captured'],
  ['a refund of nothing', refund(null, euros(1)), 'not_captured'],
  ['a refund of what is only held', refund(held, euros(1)), 'not_captured'],
  ['a refund in another currency', refund(captured, { currency: 'USD', minorUnits: 1 }), 'too_much'],
])('%s is refused', (_, changed, objection) => {
  expect(changed).toEqual({ objection });
});
