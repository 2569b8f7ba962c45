import { expect, test } from 'vitest';
import type { NetworkAnswer } from './card-network/instruction.ts';
import { createCardRefunds } from './card-refunds.ts';
import type { Refund } from './refund.ts';
import type { RefundStore } from './refund-store.ts';

const refund: Refund = {
  refundId: 'refund-0001',
  paymentId: 'payment-0001',
  amount: { currency: 'EUR', minorUnits: 700 },
  state: { kind: 'requested' },
};
const patience = { deadline: new Date('2026-03-01T12:00:05Z'), signal: new AbortController().signal };

async function settledAfter(answer: NetworkAnswer) {
  const ended: string[] = [];
  const store: Pick<RefundStore, 'end'> = {
    async end(_refundId, how) {
      ended.push(how);
      return refund;
    },
  };
  const cardRefunds = createCardRefunds({ store, network: { carryOut: async () => answer } });
  const failure = await cardRefunds.settle(refund, patience).then(
    () => null,
    (error: unknown) => error,
  );
  return { ended, failure };
}

test.each<[string, NetworkAnswer, string]>([
  ['done', { kind: 'done' }, 'refunded'],
  ['refused since so much was not taken', { kind: 'refused', why: 'too_much' }, 'refused'],
  ['refused since nothing was taken', { kind: 'refused', why: 'not_captured' }, 'refused'],
])('a refund that is %s has ended', async (_, answer, how) => {
  expect(await settledAfter(answer)).toEqual({ ended: [how], failure: null });
});

test('a refusal that does not say that nothing went back ends no refund: its amount is not free again', async () => {
  const { ended, failure } = await settledAfter({ kind: 'refused', why: 'idempotency_key_reused' });
  expect(ended).toEqual([]);
  expect(failure).toMatchObject({ refusal: 'unavailable' });
});
