import { type CallContext, requireUser } from '@zt/kit/authz';
import { BusinessError } from '@zt/kit/errors';
import type { Implementation, Resources } from '@zt/kit/service';
import { type PaymentServiceService, PaymentStatus } from '@zt/proto/payment';
import type { CardPayments } from './card-payments.ts';
import type { CardRefunds } from './card-refunds.ts';
import {
  belongsTo,
  type GivenUp,
  type Payment,
  parseAuthorizePayment,
  parsePaymentId,
  repeatAuthorization,
} from './payment.ts';
import type { PaymentStore } from './payment-store.ts';
import { mayRefund, parseRefundPayment, repeatRefund } from './refund.ts';
import type { RefundStore } from './refund-store.ts';

/**
 * Answers payment.v1.PaymentService. A payment belongs to the user it was authorised for. What is to be done is written
 * down before the card network is asked for it: where it gives no answer the caller gets UNAVAILABLE and asks again.
 */
export function createPaymentService(options: {
  readonly payments: PaymentStore;
  readonly refunds: RefundStore;
  readonly cardPayments: CardPayments;
  readonly cardRefunds: CardRefunds;
  readonly now: () => Date;
}): Implementation<typeof PaymentServiceService> {
  const { payments, refunds, cardPayments, cardRefunds, now } = options;

  async function find(paymentId: string, context: CallContext): Promise<Payment | GivenUp> {
    const payment = await payments.find(paymentId);
    if (payment === null || !belongsTo(payment, context.user)) throw noSuchPayment();
    return payment;
  }

  /** Begins a step where the payment is ready for it, and carries on whatever is open. */
  async function take(payment: Payment | GivenUp, step: 'capturing' | 'voiding', context: CallContext) {
    const ready = payment.status === 'authorized' || (step === 'voiding' && payment.status === 'authorizing');
    if (!ready) return await cardPayments.settle(payment, context);
    const moved = await payments.move(payment.paymentId, payment.status, step, now());
    // Somebody else was faster: what they have begun is carried on.
    return await cardPayments.settle(moved ?? (await find(payment.paymentId, context)), context);
  }

  return {
    authorizePayment: async (request, context) => {
      const wanted = parseAuthorizePayment(request);
      const userId = requireUser(context).id;
      const first = repeatAuthorization(await payments.begin(wanted, userId, now()), userId, wanted);
      const payment = first.status === 'authorizing' ? await cardPayments.settle(first, context) : first;
      switch (payment.status) {
        case 'authorizing':
          throw unanswered();
        case 'authorized':
        case 'capturing':
        case 'captured':
          // The first answer, even where the amount was taken since.
          return { paymentId: payment.paymentId, status: PaymentStatus.PAYMENT_STATUS_AUTHORIZED };
        case 'declined':
          throw new BusinessError('not_possible', 'The card was declined.');
        case 'voiding':
        case 'voided':
          throw new BusinessError('not_possible', 'The payment was given up.');
      }
    },

    capturePayment: async (request, context) => {
      const found = await find(parsePaymentId(request.paymentId), context);
      const payment = await take(found, 'capturing', context);
      switch (payment.status) {
        case 'captured':
          return { paymentId: payment.paymentId, status: PaymentStatus.PAYMENT_STATUS_CAPTURED };
        case 'authorizing':
        case 'authorized':
        case 'capturing':
          throw unanswered();
        case 'declined':
          throw new BusinessError('not_possible', 'The card was declined.');
        case 'voiding':
        case 'voided':
          throw new BusinessError('not_possible', 'The payment was given up.');
      }
    },

    voidPayment: async (request, context) => {
      const given = await payments.giveUp(parsePaymentId(request.paymentId), context.user?.id ?? null);
      if (!belongsTo(given, context.user)) throw noSuchPayment();
      const payment = await take(given, 'voiding', context);
      switch (payment.status) {
        case 'declined':
        case 'voided':
          return { paymentId: payment.paymentId, status: PaymentStatus.PAYMENT_STATUS_VOIDED };
        case 'captured':
          throw new BusinessError('not_possible', 'The payment was taken.');
        case 'authorizing':
        case 'authorized':
        case 'capturing':
        case 'voiding':
          throw unanswered();
      }
    },

    refundPayment: async (request, context) => {
      const wish = parseRefundPayment(request);
      const payment = await payments.find(wish.paymentId);
      if (payment === null || !mayRefund(payment, context.user)) throw noSuchPayment();
      const first = repeatRefund(await refunds.request(wish, payment, now()), wish);
      const { state } = await cardRefunds.settle(first, context);
      switch (state.kind) {
        case 'refunded':
          return { paymentId: wish.paymentId, refunded: { currency: 'EUR', minorUnits: state.totalMinorUnits } };
        case 'refused':
          throw new BusinessError('not_possible', 'The card network does not give this back.');
        case 'requested':
          throw unanswered();
      }
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
  voidPayment: (request) => ({ payment: request.paymentId }),
  refundPayment: (request) => ({
    amount_minor_units: request.amount?.minorUnits ?? 0,
    currency: request.amount?.currency ?? '',
    payment: request.paymentId,
    refund: request.refundId,
  }),
};

function noSuchPayment(): BusinessError {
  return new BusinessError('not_found', 'There is no such payment.');
}

function unanswered(): BusinessError {
  return new BusinessError('unavailable', 'The card network has not answered yet.');
}
