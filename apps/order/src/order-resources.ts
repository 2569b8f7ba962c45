import type { Resources } from '@zt/kit/service';
import type { Money } from '@zt/proto/money';
import type { OrderServiceService } from '@zt/proto/order';

/** What policy and the ledger see of a request. */
export const orderResources: Resources<typeof OrderServiceService> = {
  placeOrder: (request) => amountOf(request.total),
  getOrder: (request) => ({ order: request.orderId }),
  cancelOrder: (request) => ({ order: request.orderId }),
  refundOrder: (request) => ({ order: request.orderId, ...amountOf(request.amount) }),
  getAnyOrder: (request) => ({ order: request.orderId, purpose: request.purpose }),
  listAnyOrders: (request) => ({ user: request.userId, purpose: request.purpose }),
  recordSettlement: (request) => ({
    order: request.paymentId,
    settlement: request.settlementId,
    ...amountOf(request.amount),
  }),
};

function amountOf(amount: Money | undefined): { readonly amount_minor_units: number; readonly currency: string } {
  return { amount_minor_units: amount?.minorUnits ?? 0, currency: amount?.currency ?? '' };
}
