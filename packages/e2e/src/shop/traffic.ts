import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OrderRequest, ShopAnswer, ShopClient } from './shop-client.ts';

/** How orders are going. */
export interface TrafficCount {
  readonly placed: number;
  readonly failed: number;
  /** What the first failures said. */
  readonly failures: readonly string[];
}

export interface TrafficOptions {
  readonly shop: ShopClient;
  /** A token that is good for now; asked for each order. */
  readonly token: () => Promise<string>;
  readonly order: OrderRequest;
  readonly workers: number;
  readonly onCount?: (count: TrafficCount) => void;
  readonly signal: AbortSignal;
}

const keptFailures = 5;
const failurePauseMs = 100;

/** Lets orders flow from several workers, each one after another, until the signal aborts; then finishes those under way. */
export async function letOrdersFlow(options: TrafficOptions): Promise<TrafficCount> {
  let placed = 0;
  let failed = 0;
  const failures: string[] = [];
  const count = (): TrafficCount => ({ placed, failed, failures: [...failures] });

  async function work(): Promise<void> {
    while (!options.signal.aborted) {
      const failure = await placeOne(options).catch((error: unknown) =>
        error instanceof Error ? error.message : String(error),
      );
      if (failure === null) placed += 1;
      else {
        failed += 1;
        if (failures.length < keptFailures) failures.push(failure);
        // A shop that is down is not asked thousands of times.
        await sleep(failurePauseMs, undefined, { signal: options.signal }).catch(() => {});
      }
      options.onCount?.(count());
    }
  }

  await Promise.all(Array.from({ length: options.workers }, work));
  return count();
}

/** Null where the order was confirmed. */
async function placeOne({ shop, token, order }: TrafficOptions): Promise<string | null> {
  const answer: ShopAnswer = await shop.placeOrder(await token(), randomUUID(), order);
  if (answer.status === 201 && answer.body.status === 'confirmed') return null;
  return `${answer.status} ${JSON.stringify(answer.body)}`;
}
