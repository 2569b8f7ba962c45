import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CallContext } from '@zt/kit/authz';
import { BusinessError, ZeroTrustError } from '@zt/kit/errors';
import type { Downstream } from './downstream.ts';
import type { Order } from './order.ts';
import { firstStep, nextMove, type OrderState } from './order-progress.ts';
import { takeStep } from './order-steps.ts';
import type { OrderStore } from './order-store.ts';

/** Carries orders to their end. */
export interface OrderFulfilment {
  /**
   * Takes the steps that are left, and gives the order when it is confirmed or rejected. Throws where a step got no
   * answer (`BusinessError` `unavailable`) or was not allowed (`ZeroTrustError`): the order then stays as far as it is,
   * and the next call goes on from there. Of parallel calls one works, and the others wait for it.
   */
  finish(order: Order, context: CallContext): Promise<Order>;
}

/** A claim outlives its call's deadline by this, for calls that are still on their way. */
const claimGraceSeconds = 2;
const longestClaimSeconds = 30;
const shortestWaitMs = 20;
const longestWaitMs = 200;

export function createOrderFulfilment(options: {
  readonly store: OrderStore;
  readonly downstream: Downstream;
  readonly now: () => Date;
}): OrderFulfilment {
  const { store, downstream, now } = options;

  async function carryOn(order: Order, claim: string, context: CallContext): Promise<Order> {
    let state: OrderState = order.state;
    let step = firstStep(state);
    while (step !== null) {
      const move = nextMove(state, step, await takeStep(downstream, step, order, context));
      switch (move.kind) {
        case 'step':
          step = move.step;
          break;
        case 'state':
          await store.record(order.id, claim, move.state);
          state = move.state;
          step = firstStep(state);
          break;
        case 'stop':
          throw move.why === 'not_allowed' ? refusedFurtherOn() : unfinished();
      }
    }
    return { ...order, state };
  }

  return {
    finish: async (order, context) => {
      const claim = randomUUID();
      for (let waitMs = shortestWaitMs; ; waitMs = Math.min(waitMs * 2, longestWaitMs)) {
        const leftMs = context.deadline.getTime() - now().getTime();
        if (context.signal.aborted || leftMs <= 0) throw unfinished();
        const claimed = await store.claim(
          order.id,
          claim,
          Math.min(leftMs / 1000 + claimGraceSeconds, longestClaimSeconds),
        );
        if (claimed !== null) {
          // A claim that cannot be given back ends by itself.
          return await carryOn(claimed, claim, context).finally(() => store.unclaim(order.id, claim).catch(() => {}));
        }
        const current = await store.find(order.id, order.userId);
        if (current !== null && firstStep(current.state) === null) return current;
        await sleep(Math.min(waitMs, leftMs), undefined, { signal: context.signal }).catch(() => {});
      }
    },
  };
}

/** What the caller gets where another service on the way said no: which one, and why, stays in the ledger. */
export function refusedFurtherOn(): ZeroTrustError {
  return new ZeroTrustError('caller_not_allowed', 'a service further on did not allow the order');
}

function unfinished(): BusinessError {
  return new BusinessError('unavailable', 'The order is not finished. Send it again with the same key.');
}
