import { BusinessError } from '@zt/kit/errors';
import type { RecordSettlementRequest } from '@zt/proto/order';
import { type Order, parseAmount, parseOrderId } from './order.ts';

/** What the card network paid out for an order. */
export interface Settlement {
  readonly orderId: string;
  readonly settlementId: string;
  readonly amountMinorUnits: number;
  readonly settledAt: Date;
}

const idPattern = /^[\x21-\x7e]{1,64}$/;

/** Gives what was paid out, or throws `BusinessError` `invalid`. */
export function parseRecordSettlement(request: RecordSettlementRequest): Settlement {
  const { settlementId, settledAt } = request;
  if (!idPattern.test(settlementId)) {
    throw new BusinessError('invalid', 'A settlement id has 1 to 64 visible ASCII characters.');
  }
  if (settledAt === undefined || Number.isNaN(settledAt.getTime())) {
    throw new BusinessError('invalid', 'A settlement says when it was made.');
  }
  const amountMinorUnits = parseAmount(request.amount);
  return { orderId: parseOrderId(request.paymentId), settlementId, amountMinorUnits, settledAt };
}

/**
 * Why an order can't be settled so; undefined where it can. What is paid out is what was taken, the whole total: money
 * that goes back is a matter of its own, before and after.
 */
export function settlementObjection(order: Order, settlement: Settlement): string | undefined {
  if (order.state.kind === 'pending') return 'Nothing was taken for the order.';
  if (order.state.kind === 'rejected' && order.refundedMinorUnits === 0) return 'Nothing was taken for the order.';
  if (settlement.amountMinorUnits !== order.totalMinorUnits) return 'The order has another total.';
  return undefined;
}
