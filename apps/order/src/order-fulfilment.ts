import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CallContext } from '@zt/kit/authz';
import { BusinessError } from '@zt/kit/errors';
import { cancelObjection } from './cancel.ts';
import type { Order } from './order.ts';
import type { OrderClaims } from './order-claims.ts';
import { firstStep, type OrderState } from './order-progress.ts';
import type { OrderStore } from './order-store.ts';
import { type OrderWork, unfinished } from './order-work.ts';
import type { Refund } from './refund.ts';
import type { RefundStore } from './refund-store.ts';

/**
 * Carries orders to their end for those who ask. Where a step gets no answer or is not allowed, it throws what `OrderWork`
 * throws, and the next call goes on from there, or whoever carries on what was left alone. Of parallel calls one works,
 * and the others wait for it.
 */
export interface OrderFulfilment {
  /** Takes the steps that are left, and gives the order when none is. */
  finish(order: Order, context: CallContext): Promise<Order>;
  /** Gives the goods and the money back. Throws `BusinessError` `not_possible` where it is too late. */
  cancel(order: Order, context: CallContext): Promise<Order>;
  /** Gives money back that was promised. Throws `BusinessError` `not_possible` where payment refuses that for good. */
  refund(order: Order, refund: Refund, context: CallContext): Promise<Order>;
}

/** A claim outlives its call's deadline by this, for calls that are still on their way. */
const claimGraceSeconds = 2;
const longestClaimSeconds = 30;
const shortestWaitMs = 20;
const longestWaitMs = 200;

export function createOrderFulfilment(options: {
  readonly store: Pick<OrderStore, 'find'>;
  readonly refunds: Pick<RefundStore, 'find'>;
  readonly claims: OrderClaims;
  readonly work: OrderWork;
  readonly now: () => Date;
}): OrderFulfilment {
  const { store, refunds, claims, work, now } = options;

  async function current(id: string): Promise<Order> {
    const order = await store.find(id, null);
    if (order === null) throw new Error('an order is gone');
    return order;
  }

  /** Works with the order in hand, or waits until somebody else has done it. */
  async function inHand(
    id: string,
    context: CallContext,
    isDone: () => Promise<boolean>,
    doIt: (order: Order, claim: string) => Promise<unknown>,
  ): Promise<void> {
    const claim = randomUUID();
    for (let waitMs = shortestWaitMs; ; waitMs = Math.min(waitMs * 2, longestWaitMs)) {
      const leftMs = context.deadline.getTime() - now().getTime();
      if (context.signal.aborted || leftMs <= 0) throw unfinished();
      const seconds = Math.min(leftMs / 1000 + claimGraceSeconds, longestClaimSeconds);
      const order = await claims.take(id, claim, seconds);
      if (order !== null) {
        // A claim that cannot be given back ends by itself.
        await doIt(order, claim).finally(() => claims.letGo(id, claim).catch(() => {}));
        return;
      }
      if (await isDone()) return;
      await sleep(Math.min(waitMs, leftMs), undefined, { signal: context.signal }).catch(() => {});
    }
  }

  return {
    finish: async (order, context) => {
      if (firstStep(order.state) === null) return order;
      let end: OrderState['kind'] | null = null;
      const isDone = async () => firstStep((await current(order.id)).state) === null;
      await inHand(order.id, context, isDone, async (held, claim) => {
        end = (await work.carryOn(held, claim, context)).kind;
      });
      // Every other end may have given money back.
      return end === 'confirmed' ? { ...order, state: { kind: end } } : await current(order.id);
    },
    cancel: async (order, context) => {
      const isDone = async () => (await current(order.id)).state.kind === 'cancelled';
      await inHand(order.id, context, isDone, async (held, claim) => {
        const objection = cancelObjection(held);
        if (objection !== undefined) throw new BusinessError('not_possible', objection);
        if (held.state.kind === 'cancelled') return;
        if (held.state.kind !== 'cancelling') await claims.recordCancelling(order.id, claim);
        await work.carryOn({ ...held, state: { kind: 'cancelling' } }, claim, context);
      });
      return await current(order.id);
    },
    refund: async (order, { id }, context) => {
      const stateOf = async () => (await refunds.find(order.id, id))?.state;
      const isDone = async () => (await stateOf())?.kind !== 'requested';
      if (!(await isDone())) await inHand(order.id, context, isDone, (held) => work.giveBack(held, context));
      const state = await stateOf();
      if (state?.kind === 'refused') throw new BusinessError('not_possible', state.because);
      return await current(order.id);
    },
  };
}
