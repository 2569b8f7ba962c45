import { requireUser } from '@zt/kit/authz';
import { BusinessError } from '@zt/kit/errors';
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
      const userId = requireUser(context).id;
      const { paymentId } = repeatAuthorization(await store.authorize(wanted, userId, now()), userId, wanted);
      // The first answer, even where the amount was taken since.
      return { paymentId, status: PaymentStatus.PAYMENT_STATUS_AUTHORIZED };
    },
    capturePayment: async (request, context) => {
      const payment = await store.capture(parsePaymentId(request.paymentId), requireUser(context).id, now());
      if (payment === null) throw new BusinessError('not_found', 'There is no such payment.');
      return { paymentId: payment.paymentId, status: PaymentStatus.PAYMENT_STATUS_CAPTURED };
    },
  };
}

/** What policy sees of a request. */
export const paymentResources: Resources<typeof PaymentServiceService> = {
  authorizePayment: (request) => ({
    amount_minor_units: request.amount?.minorUnits ?? 0,
    currency: request.amount?.currency ?? '',
    order: request.orderId,
    payment: request.paymentId,
  }),
  capturePayment: (request) => ({ payment: request.paymentId }),
};
