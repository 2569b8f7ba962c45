import type { CallContext } from '@zt/kit/authz';
import { BusinessError, ZeroTrustError } from '@zt/kit/errors';
import type { Kit } from '@zt/kit/service';
import type { Order } from './order.ts';
import type { OrderClaims } from './order-claims.ts';
import { firstStep, isForUser, nextMove, type OrderState, type Outcome, type Step } from './order-progress.ts';
import { type StepServices, takeRefundStep, takeStep } from './order-steps.ts';
import type { Refund } from './refund.ts';
import type { RefundStore } from './refund-store.ts';

/**
 * What is done with an order that is in hand. Throws where a step got no answer (`BusinessError` `unavailable`) or was
 * not allowed (`ZeroTrustError`): everything then stays as far as it is.
 */
export interface OrderWork {
  /** Takes the steps that are left, and gives the state in which none is. */
  carryOn(order: Order, claim: string, context: CallContext): Promise<OrderState>;
  /** Gives back the money that was promised. */
  giveBack(order: Order, context: CallContext): Promise<void>;
}

export interface OrderWorkOptions {
  readonly claims: Pick<OrderClaims, 'record'>;
  readonly refunds: Pick<RefundStore, 'open' | 'addRest' | 'end'>;
  readonly downstream: StepServices;
  readonly createOwnContext: Kit['createOwnContext'];
  readonly now: () => Date;
}

export function createOrderWork(options: OrderWorkOptions): OrderWork {
  const { claims, refunds, downstream, createOwnContext, now } = options;

  /**
   * A step that ends what the user began goes on in the own name where the user's token counts no more: the session ended,
   * or the user was blocked. The user has given what it takes, with the payment's authorisation.
   */
  async function inWhoseName(
    step: Step,
    context: CallContext,
    take: (context: CallContext) => Promise<Outcome>,
  ): Promise<Outcome> {
    const outcome = await take(context);
    const isRefusal = outcome.kind === 'denied' || outcome.kind === 'unverified';
    if (!isRefusal || context.user === null || isForUser(step)) return outcome;
    const timeoutMs = context.deadline.getTime() - now().getTime();
    return await take(createOwnContext({ timeoutMs, traceId: context.traceId }));
  }

  function refund(order: Order, { id, amountMinorUnits }: Refund, context: CallContext): Promise<Outcome> {
    const call = { refundId: id, amountMinorUnits };
    return inWhoseName('refund', context, (each) => takeRefundStep(downstream, order.id, call, each));
  }

  async function refundRest(order: Order, context: CallContext): Promise<Outcome> {
    const rest = await refunds.addRest(order.id, now());
    if (rest === null || rest.state.kind === 'done') return { kind: 'done' };
    const outcome = await refund(order, rest, context);
    if (outcome.kind === 'done') await refunds.end(order.id, rest.id, { kind: 'done' });
    return outcome;
  }

  async function giveBack(order: Order, context: CallContext): Promise<void> {
    for (const promised of await refunds.open(order.id)) {
      const outcome = await refund(order, promised, context);
      if (outcome.kind === 'done') await refunds.end(order.id, promised.id, { kind: 'done' });
      else if (outcome.kind === 'refused' && promised.idempotencyKey !== null)
        await refunds.end(order.id, promised.id, outcome);
      else throw stopped('refund', outcome);
    }
  }

  function take(step: Step, order: Order, context: CallContext): Promise<Outcome> {
    if (step === 'refund') return refundRest(order, context);
    return inWhoseName(step, context, (each) => takeStep(downstream, step, order, each));
  }

  return {
    giveBack,
    carryOn: async (order, claim, context) => {
      let { state } = order;
      // Refunds that were asked for before come first: what is left of the total is known only after them.
      if (state.kind === 'confirmed' || state.kind === 'cancelling') await giveBack(order, context);
      let step = firstStep(state);
      while (step !== null) {
        const outcome = await take(step, order, context);
        const move = nextMove(state, step, outcome);
        switch (move.kind) {
          case 'step':
            step = move.step;
            break;
          case 'state':
            await claims.record(order.id, claim, move.state);
            state = move.state;
            step = firstStep(state);
            break;
          case 'stop':
            throw stopped(step, outcome);
        }
      }
      return state;
    },
  };
}

/** Where it stopped is for the log, and not for the caller. */
function stopped(step: Step, { kind }: Outcome): Error {
  const cause = new Error(`${step} was ${kind}`);
  return kind === 'denied' || kind === 'unverified' ? refusedFurtherOn({ cause }) : unfinished({ cause });
}

/** What the caller gets where another service on the way said no: which one, and why, stays in the ledger. */
export function refusedFurtherOn(options?: ErrorOptions): ZeroTrustError {
  return new ZeroTrustError('caller_not_allowed', 'a service further on did not allow the order', options);
}

/** What the caller gets where nobody knows yet how it ends. */
export function unfinished(options?: ErrorOptions): BusinessError {
  return new BusinessError('unavailable', 'The order is not finished. Send it again with the same key.', options);
}
