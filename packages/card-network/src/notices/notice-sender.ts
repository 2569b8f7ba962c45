import type { Settlement, Settlements } from '../books/settlements.ts';

/** Tells the merchant of settlements until it has taken note of each. */
export interface NoticeSender {
  /** Waits for the notices that are under way. */
  close(): Promise<void>;
}

export interface NoticeSenderOptions {
  readonly settlements: Settlements;
  /** Settles where the merchant has taken the notice, and rejects otherwise. */
  readonly send: (settlement: Settlement) => Promise<void>;
  /** Told once per notice that is not taken the first time; says nothing of its content. */
  readonly onPostponed: (postponed: { readonly settlementId: string; readonly detail: string }) => void;
  readonly now: () => Date;
  readonly lookEveryMs?: number;
}

const atOnce = 20;
const shortestPauseMs = 1_000;
const longestPauseMs = 60_000;

export function createNoticeSender(options: NoticeSenderOptions): NoticeSender {
  const { settlements, now, lookEveryMs = 500 } = options;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  let round = Promise.resolve();

  async function tell(settlement: Settlement, attempts: number): Promise<void> {
    try {
      await options.send(settlement);
      settlements.accepted(settlement.settlementId);
    } catch (error) {
      const pauseMs = Math.min(shortestPauseMs * 2 ** attempts, longestPauseMs);
      settlements.postpone(settlement.settlementId, new Date(now().getTime() + pauseMs));
      const { settlementId } = settlement;
      if (attempts === 0) options.onPostponed({ settlementId, detail: error instanceof Error ? error.message : '' });
    }
  }

  async function tellAll(): Promise<void> {
    const due = settlements.due(now(), atOnce);
    await Promise.all(due.map(({ settlement, attempts }) => tell(settlement, attempts)));
    if (!closed) timer = setTimeout(look, due.length === atOnce ? 0 : lookEveryMs);
  }

  function look(): void {
    round = tellAll();
  }

  look();
  return {
    async close() {
      closed = true;
      clearTimeout(timer);
      await round;
    },
  };
}
