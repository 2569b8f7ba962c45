import type { CallContext } from '@zt/kit/authz';
import { BusinessError, ZeroTrustError } from '@zt/kit/errors';
import type { Implementation, Resources } from '@zt/kit/service';
import { type PaymentServiceService, PaymentStatus } from '@zt/proto/payment';
import { parseAuthorizePayment, parsePaymentId, repeatAuthorization } from './payment.ts';
import type { PaymentStore } from './payment-store.ts';

/** Answers payment.v1.PaymentService. A payment belongs to the user it was authorised for. */
export function createPaymentService(options: {
  readonly store: PaymentStore;
  readonly now: () => Date;
}): Implementation<typeof PaymentServiceService> {
  const { store, now } = options;
  return {
    authorizePayment: async (request, context) => {
      const wanted = parseAuthorizePayment(request);
      const userId = userIdOf(context);
      const { paymentId } = repeatAuthorization(await store.authorize(wanted, userId, now()), userId, wanted);
      // The first answer, even where the amount was taken since.
      return { paymentId, status: PaymentStatus.PAYMENT_STATUS_AUTHORIZED };
    },
    capturePayment: async (request, context) => {
      const payment = await store.capture(parsePaymentId(request.paymentId), userIdOf(context), now());
      if (payment === null) throw new BusinessError('not_found', 'There is no such payment.');
      return { paymentId: payment.paymentId, status: PaymentStatus.PAYMENT_STATUS_CAPTURED };
    },
  };
}

/** What policy sees of a request. */
export const paymentResources: Resources<typeof PaymentServiceService> = {
  authorizePayment: (request) => ({
    amount_minor_units: request.amount?.minorUnits ?? 0,
    currency: cut(request.amount?.currency ?? ''),
    order: cut(request.orderId),
    payment: cut(request.paymentId),
  }),
  capturePayment: (request) => ({ payment: cut(request.paymentId) }),
};

/** Policy and ledger see a request before it is checked: a long identifier must not make a long record. */
function cut(identifier: string): string {
  return identifier.slice(0, 64);
}

function userIdOf(context: CallContext): string {
  if (context.user === null) throw new ZeroTrustError('user_required', 'a payment belongs to a user');
  return context.user.id;
}
