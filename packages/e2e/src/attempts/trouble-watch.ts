import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Told } from '../endurance/balance.ts';
import type { Customer } from '../endurance/sell.ts';
import type { ShopAnswer, ShopClient } from '../shop/shop-client.ts';
import { smallOrder } from './world.ts';

/** What came of one request, made once, without a second try. */
export interface WatchedAnswer {
  readonly kind: 'order' | 'read';
  /** When it was sent, in milliseconds since the epoch. */
  readonly at: number;
  readonly tookMs: number;
  /** An HTTP status, or the code of the error where there was no answer; `OK` for what went well. */
  readonly code: string;
  readonly traceId: string;
  readonly told: Told | null;
}

/** Orders and questions that go on and on while something happens to the shop. */
export interface TroubleWatch {
  answers(): readonly WatchedAnswer[];
  /** Settles when those under way are answered. */
  stop(): Promise<void>;
}

const pauseMs = 100;

export function watchShop(shop: ShopClient, customers: readonly Customer[]): TroubleWatch {
  const answers: WatchedAnswer[] = [];
  const stopped = new AbortController();

  async function ask(kind: WatchedAnswer['kind'], { user, session }: Customer): Promise<void> {
    const key = randomUUID();
    const at = Date.now();
    let started = performance.now();
    const took = () => performance.now() - started;
    try {
      const token = await session.token();
      // To log in takes several requests: it is the answer to one that has to come in time.
      started = performance.now();
      const answer = await (kind === 'order'
        ? shop.placeOrder(token, key, smallOrder)
        : shop.getStock(token, 'tea-assam-100g'));
      if (answer.status === 401) session.refused();
      const told = kind === 'order' ? toldBy(answer, key, user) : null;
      const isGood = kind === 'order' ? told?.status === 'confirmed' : answer.status === 200;
      answers.push({
        kind,
        at,
        tookMs: took(),
        code: isGood ? 'OK' : codeOf(answer),
        traceId: answer.traceId,
        told,
      });
    } catch (error) {
      answers.push({ kind, at, tookMs: took(), code: codeOfError(error), traceId: '', told: null });
    }
  }

  async function work(kind: WatchedAnswer['kind'], customer: Customer): Promise<void> {
    while (!stopped.signal.aborted) {
      await ask(kind, customer);
      await sleep(pauseMs);
    }
  }

  const working = Promise.all([
    ...customers.map((customer) => work('order', customer)),
    ...customers.slice(0, 1).map((customer) => work('read', customer)),
  ]);
  return {
    answers: () => answers,
    async stop() {
      stopped.abort();
      await working;
    },
  };
}

/** The code of what was at the bottom of it, such as `ECONNREFUSED` below a login that failed. */
function codeOfError(error: unknown): string {
  if (!(error instanceof Error)) return 'no answer';
  const { code } = error as NodeJS.ErrnoException;
  return error.cause instanceof Error ? codeOfError(error.cause) : (code ?? 'no answer');
}

function toldBy({ status, body }: ShopAnswer, idempotencyKey: string, user: string): Told | null {
  const { orderId, status: orderStatus } = body;
  if (status !== 201 || typeof orderId !== 'string') return null;
  if (orderStatus !== 'confirmed' && orderStatus !== 'rejected') return null;
  return { idempotencyKey, user, orderId, status: orderStatus };
}

/** `201 pending` for an order that was taken and is not done. */
function codeOf({ status, body }: ShopAnswer): string {
  return status === 201 ? `201 ${String(body.status)}` : String(status);
}
