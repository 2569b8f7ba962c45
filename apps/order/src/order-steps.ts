import { status } from '@grpc/grpc-js';
import type { CallContext } from '@zt/kit/authz';
import { statusOfError, ZeroTrustError } from '@zt/kit/errors';
import { CallError } from '@zt/kit/service';
import type { Downstream } from './downstream.ts';
import { type Order, priceObjection } from './order.ts';
import { isForUser, type Outcome, type Step } from './order-progress.ts';

/** The services that the steps of an order take place at. */
export type StepServices = Pick<Downstream, 'inventory' | 'payment'>;

/** Money that is to go back, under an id of its own. */
export interface RefundCall {
  readonly refundId: string;
  readonly amountMinorUnits: number;
}

/** Takes one step of an order. Errors that are no answer of another service go on to the caller. */
export function takeStep(
  services: StepServices,
  step: Exclude<Step, 'refund'>,
  order: Order,
  context: CallContext,
): Promise<Outcome> {
  return outcomeOf(step, () => callFor(services, step, order, context));
}

/** Gives money of an order back; errors as above. */
export function takeRefundStep(
  { payment }: Pick<StepServices, 'payment'>,
  orderId: string,
  { refundId, amountMinorUnits }: RefundCall,
  context: CallContext,
): Promise<Outcome> {
  const amount = { currency: 'EUR', minorUnits: amountMinorUnits };
  return outcomeOf('refund', async () => {
    await payment.refundPayment({ paymentId: orderId, refundId, amount }, context);
    return { kind: 'done' };
  });
}

async function outcomeOf(step: Step, call: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof CallError) return outcomeOfCode(step, error.code, error.details);
    // A control of this side refused the call before it left: the session ended, or no token could be had.
    if (error instanceof ZeroTrustError) return outcomeOfCode(step, statusOfError(error).code, '');
    throw error;
  }
}

async function callFor(
  { inventory, payment }: StepServices,
  step: Exclude<Step, 'refund'>,
  order: Order,
  context: CallContext,
): Promise<Outcome> {
  // One order has one reservation and one payment, so its id names both, and a repeated step is recognised.
  const id = order.id;
  switch (step) {
    case 'reserve': {
      const lines = order.lines.map(({ sku, quantity }) => ({ sku, quantity }));
      const { total } = await inventory.reserveStock({ reservationId: id, lines }, context);
      const because = priceObjection(order.totalMinorUnits, total);
      return because === undefined ? { kind: 'done' } : { kind: 'refused', because };
    }
    case 'authorize': {
      const amount = { currency: 'EUR', minorUnits: order.totalMinorUnits };
      await payment.authorizePayment({ paymentId: id, orderId: id, amount }, context);
      return { kind: 'done' };
    }
    case 'capture':
      await payment.capturePayment({ paymentId: id }, context);
      return { kind: 'done' };
    case 'commit':
      await inventory.commitReservation({ reservationId: id }, context);
      return { kind: 'done' };
    case 'release':
      await inventory.releaseReservation({ reservationId: id }, context);
      return { kind: 'done' };
    case 'void':
      await payment.voidPayment({ paymentId: id }, context);
      return { kind: 'done' };
  }
}

const longestReason = 200;

/** What an answer that is not OK means for a step. Whatever is not plainly a no counts as no answer. */
function outcomeOfCode(step: Step, code: status, details: string): Outcome {
  switch (code) {
    case status.INVALID_ARGUMENT:
    case status.NOT_FOUND:
    case status.ALREADY_EXISTS:
    case status.FAILED_PRECONDITION:
      return { kind: 'refused', because: details.slice(0, longestReason) || 'The order is not possible.' };
    case status.RESOURCE_EXHAUSTED:
      // gRPC says this too where a connection is overloaded; whether money was taken is then not known.
      if (!isForUser(step)) return { kind: 'unanswered' };
      return { kind: 'refused', because: 'The order is not possible at the moment.' };
    case status.PERMISSION_DENIED:
      return { kind: 'denied' };
    case status.UNAUTHENTICATED:
      return { kind: 'unverified' };
    default:
      return { kind: 'unanswered' };
  }
}
