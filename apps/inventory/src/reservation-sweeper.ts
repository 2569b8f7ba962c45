import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '@zt/kit/service';
import type { InventoryStore } from './inventory-store.ts';

/** Gives expired reservations back while the service runs. */
export interface ReservationSweeper {
  /** Settles when the last piece of work is done. */
  close(): Promise<void>;
}

const atMostAtOnce = 50;

export function createReservationSweeper(options: {
  readonly store: Pick<InventoryStore, 'expire'>;
  readonly now: () => Date;
  readonly log: Log;
  readonly pauseMs?: number;
}): ReservationSweeper {
  const { store, now, log, pauseMs = 5_000 } = options;
  const closed = new AbortController();

  /** Whether there may be more. */
  async function sweep(): Promise<boolean> {
    try {
      const count = await store.expire(now(), atMostAtOnce);
      if (count > 0) log.info('reservations_expired', { count });
      return count === atMostAtOnce;
    } catch (error) {
      // The next round tries again: until then the goods stay set aside.
      log.warn('reservations_not_swept', { error: error instanceof Error ? error.message : String(error) });
      return false;
    }
  }

  async function run(): Promise<void> {
    while (!closed.signal.aborted) {
      if (await sweep()) continue;
      await sleep(pauseMs, undefined, { signal: closed.signal }).catch(() => {});
    }
  }

  const running = run();
  return {
    async close() {
      closed.abort();
      await running;
    },
  };
}
