import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OrderRequest, ShopAnswer, ShopClient } from '../shop/shop-client.ts';
import type { Told } from './balance.ts';
import type { Session } from './session.ts';

/** How one order went, from its first try to its last. */
export type OrderOutcome = {
  readonly tries: number;
  readonly tookMs: number;
  /** What the tries before the last one said. */
  readonly troubles: readonly string[];
} & (
  | { readonly kind: 'confirmed'; readonly told: Told }
  | { readonly kind: 'rejected'; readonly told: Told; readonly because: string }
  | { readonly kind: 'failed' }
);

export interface OrderClientOptions {
  readonly shop: ShopClient;
  readonly user: string;
  readonly session: Session;
  /** How long the same order is sent again and again before it counts as failed; 0 for one try. */
  readonly patienceMs: number;
}

const firstPauseMs = 100;
const longestPauseMs = 2_000;

/** What may be different the next time: no answer, no login for now, too much to do, or a service that is away. */
const passing: readonly number[] = [401, 403, 409, 429, 500, 502, 503, 504];

/** Places one order as a careful program does: what was not answered for good is sent again with the same key. */
export async function placeOrder(options: OrderClientOptions, order: OrderRequest): Promise<OrderOutcome> {
  const idempotencyKey = randomUUID();
  const startedAt = performance.now();
  const troubles: string[] = [];
  for (let tries = 1; ; tries += 1) {
    const answer = await ask(options, idempotencyKey, order);
    const tookMs = performance.now() - startedAt;
    const end = typeof answer === 'string' ? null : endOf(answer);
    if (end !== null) {
      const told = { idempotencyKey, user: options.user, orderId: end.orderId, status: end.status };
      if (end.status === 'confirmed') return { kind: 'confirmed', told, tries, tookMs, troubles };
      return { kind: 'rejected', told, because: end.because, tries, tookMs, troubles };
    }
    troubles.push(typeof answer === 'string' ? answer : inWords(answer));
    const mayPass = typeof answer === 'string' || answer.status === 201 || passing.includes(answer.status);
    const pauseMs = Math.min(firstPauseMs * 2 ** (tries - 1), longestPauseMs) * (0.5 + Math.random());
    if (!mayPass || tookMs + pauseMs > options.patienceMs) return { kind: 'failed', tries, tookMs, troubles };
    await sleep(pauseMs);
  }
}

/** A text where there was no answer at all. */
async function ask(options: OrderClientOptions, key: string, order: OrderRequest): Promise<ShopAnswer | string> {
  const { shop, session } = options;
  try {
    const answer = await shop.placeOrder(await session.token(), key, order);
    if (answer.status === 401) session.refused();
    return answer;
  } catch (error) {
    return `no answer: ${codeOf(error)}`;
  }
}

/** Null where the order is still under way, or was not taken. */
function endOf({ status, body }: ShopAnswer): { orderId: string; status: Told['status']; because: string } | null {
  const { orderId, status: orderStatus, rejectedBecause } = body;
  if (status !== 201 || typeof orderId !== 'string') return null;
  if (orderStatus !== 'confirmed' && orderStatus !== 'rejected') return null;
  return { orderId, status: orderStatus, because: typeof rejectedBecause === 'string' ? rejectedBecause : '' };
}

function inWords({ status, body }: ShopAnswer): string {
  return [String(status), body.detail ?? body.status].filter((word) => typeof word === 'string').join(' ');
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined ? error.message : code;
}
