import { status } from '@grpc/grpc-js';
import { CallError, type Kit } from '@zt/kit/service';
import { type BackgroundWork, createBackgroundWork } from './background-work.ts';
import type { Patience } from './card-network/card-network.ts';
import type { CardPayments } from './card-payments.ts';
import type { CardRefunds } from './card-refunds.ts';
import type { Downstream } from './downstream.ts';
import type { PaymentStore } from './payment-store.ts';
import type { RefundStore } from './refund-store.ts';
import type { SettlementStore } from './settlement/settlement-store.ts';

/** What nobody waits for any more and still has to be done: several copies of the service share it. */
export interface Outstanding {
  /** A notice was taken. */
  pokeSettlements(): void;
  close(): Promise<void>;
}

/** Order's own rules say no: they will say so each time. */
const forGood: readonly status[] = [
  status.INVALID_ARGUMENT,
  status.NOT_FOUND,
  status.ALREADY_EXISTS,
  status.FAILED_PRECONDITION,
];

const atOnce = 8;
const timeoutMs = 5_000;

export function createOutstanding(options: {
  readonly payments: PaymentStore;
  readonly refunds: RefundStore;
  readonly settlements: SettlementStore;
  readonly cardPayments: CardPayments;
  readonly cardRefunds: CardRefunds;
  readonly downstream: Pick<Downstream, 'order'>;
  readonly createOwnContext: Kit['createOwnContext'];
  readonly log: Pick<Kit['log'], 'warn'>;
}): Outstanding {
  const { payments, refunds, settlements, cardPayments, cardRefunds, downstream } = options;
  const onFailure = (what: string) => (error: unknown) =>
    options.log.warn('not_settled_yet', { what, error: error instanceof Error ? error.name : 'unknown' });
  const stopping = new AbortController();
  const patience = (): Patience => ({
    deadline: new Date(Date.now() + timeoutMs),
    signal: stopping.signal,
  });

  const works: readonly BackgroundWork[] = [
    createBackgroundWork({
      claim: () => payments.claimOverdue(atOnce),
      work: (payment) => cardPayments.settleLater(payment, patience()),
      onFailure: onFailure('payment'),
    }),
    createBackgroundWork({
      claim: () => refunds.claimOverdue(atOnce),
      work: async (refund) => void (await cardRefunds.settle(refund, patience())),
      onFailure: onFailure('refund'),
    }),
  ];
  const passingOn = createBackgroundWork({
    claim: () => settlements.claimOverdue(atOnce),
    async work({ noticeId, paymentId, settlementId, amount, signedAt, traceId }) {
      const context = options.createOwnContext({ timeoutMs, traceId });
      try {
        await downstream.order.recordSettlement({ paymentId, settlementId, amount, settledAt: signedAt }, context);
      } catch (error) {
        if (!isRefusedForGood(error)) throw error;
        options.log.warn('settlement_refused', { settlementId, error: error.message });
      }
      await settlements.passedOn(noticeId);
    },
    onFailure: onFailure('settlement'),
  });
  return {
    pokeSettlements: () => passingOn.poke(),
    async close() {
      stopping.abort();
      await Promise.all([...works, passingOn].map((work) => work.close()));
    },
  };
}

function isRefusedForGood(error: unknown): error is CallError {
  return error instanceof CallError && forGood.includes(error.code);
}
