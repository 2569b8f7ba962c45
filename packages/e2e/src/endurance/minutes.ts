import { build, type Histogram } from 'hdr-histogram-js';
import type { OrderOutcome } from './order-client.ts';

/** How orders went within one minute. */
export interface MinuteFigures {
  readonly placed: number;
  readonly rejected: number;
  readonly failed: number;
  /** Tries after the first. */
  readonly retries: number;
  /** From the first try to the answer that counts, in milliseconds; 0 where nothing was placed. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

interface Tally {
  placed: number;
  rejected: number;
  failed: number;
  retries: number;
  readonly latencies: Histogram;
}

/** Counts orders by the minute in which they ended. */
export interface Minutes {
  add(minute: number, outcome: OrderOutcome): void;
  of(minute: number): MinuteFigures;
  total(): MinuteFigures;
}

export function createMinutes(): Minutes {
  const tallies = new Map<number, Tally>();
  const all = createTally();

  function tallyOf(minute: number): Tally {
    const tally = tallies.get(minute) ?? createTally();
    tallies.set(minute, tally);
    return tally;
  }

  return {
    add(minute, outcome) {
      for (const tally of [tallyOf(minute), all]) count(tally, outcome);
    },
    of: (minute) => figuresOf(tallyOf(minute)),
    total: () => figuresOf(all),
  };
}

function createTally(): Tally {
  // In microseconds, up to ten minutes, with three digits that count.
  const latencies = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: 600_000_000,
    numberOfSignificantValueDigits: 3,
  });
  return { placed: 0, rejected: 0, failed: 0, retries: 0, latencies };
}

function count(tally: Tally, { kind, tries, tookMs }: OrderOutcome): void {
  tally.retries += tries - 1;
  switch (kind) {
    case 'confirmed':
      tally.placed += 1;
      tally.latencies.recordValue(Math.max(1, Math.round(tookMs * 1000)));
      return;
    case 'rejected':
      tally.rejected += 1;
      return;
    case 'failed':
      tally.failed += 1;
      return;
  }
}

function figuresOf({ latencies, ...counts }: Tally): MinuteFigures {
  const at = (percent: number) => latencies.getValueAtPercentile(percent) / 1000;
  const isEmpty = latencies.totalCount === 0;
  return {
    ...counts,
    p50Ms: isEmpty ? 0 : at(50),
    p99Ms: isEmpty ? 0 : at(99),
    maxMs: isEmpty ? 0 : latencies.maxValue / 1000,
  };
}
