import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Kit, Log } from '@zt/kit/service';
import type { LeftOrder, OrderClaims } from './order-claims.ts';
import { withoutUser } from './order-progress.ts';
import type { OrderWork } from './order-work.ts';
import { retryDelaySeconds } from './retry-delay.ts';

/** Carries on, in the service's own name, orders that nobody works on any more: their call, or its process, has ended. */
export interface OrderRecovery {
  /** Takes no other order in hand, and settles when those at hand are done with. */
  close(): Promise<void>;
}

export interface OrderRecoveryOptions {
  readonly claims: OrderClaims;
  readonly work: OrderWork;
  readonly createOwnContext: Kit['createOwnContext'];
  readonly log: Log;
  /** How many orders this copy carries on at a time. */
  readonly atOnce?: number;
  /** How long it waits, around this, before it looks for others. */
  readonly pauseMs?: number;
}

/** For all steps of one attempt. */
const attemptMs = 10_000;
/** A claim outlives its attempt by this, for calls that are still on their way. */
const claimSeconds = attemptMs / 1000 + 2;

export function createOrderRecovery(options: OrderRecoveryOptions): OrderRecovery {
  const { claims, work, createOwnContext, log, atOnce = 4, pauseMs = 1_000 } = options;
  const closed = new AbortController();

  async function carryOn({ order, attempt }: LeftOrder, claim: string): Promise<void> {
    const from = order.state.kind;
    try {
      const state = withoutUser(order.state);
      if (state !== order.state) await claims.record(order.id, claim, state);
      const traceId = order.traceId === '' ? {} : { traceId: order.traceId };
      const context = createOwnContext({ timeoutMs: attemptMs, ...traceId });
      const end = await work.carryOn({ ...order, state }, claim, context);
      log.info('order_carried_on', { orderId: order.id, attempt, from, to: end.kind });
      await claims.letGo(order.id, claim);
    } catch (error) {
      const againInSeconds = retryDelaySeconds(attempt, Math.random());
      const why = whyOf(error);
      log.warn('order_not_carried_on', { orderId: order.id, attempt, from, why, againInSeconds });
      await claims.letGo(order.id, claim, againInSeconds);
    }
  }

  /** Whether there was an order to carry on. */
  async function lookForOne(): Promise<boolean> {
    try {
      const claim = randomUUID();
      const left = await claims.takeLeft(claim, claimSeconds);
      if (left !== null) await carryOn(left, claim);
      return left !== null;
    } catch (error) {
      // The database is away: claims end by themselves.
      log.warn('orders_not_recovered', { why: whyOf(error) });
      return false;
    }
  }

  async function run(): Promise<void> {
    while (!closed.signal.aborted) {
      if (await lookForOne()) continue;
      // Copies that started together don't go on asking together.
      const waitMs = pauseMs * (0.5 + Math.random());
      await sleep(waitMs, undefined, { signal: closed.signal }).catch(() => {});
    }
  }

  const running = Array.from({ length: atOnce }, () => run());
  return {
    async close() {
      closed.abort();
      await Promise.all(running);
    },
  };
}

function whyOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
