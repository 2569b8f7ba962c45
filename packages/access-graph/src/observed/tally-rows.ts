import type { DecisionRecord } from '@zt/kit/audit';
import { nothingSeen, type Tally, tallied } from './tally.ts';

/** Rows that come up as they are seen, each with its counts; no more of them than a given number. */
export interface TallyRows<Row extends object> {
  add(row: Row, record: DecisionRecord): void;
  /** Those with allowed calls first, then by how often. */
  all(): (Row & Tally)[];
  /** Decisions whose rows would have been too many. */
  leftOut(): number;
}

/** What makes rows up is chosen by whoever calls, so their number has an end. */
export function createTallyRows<Row extends object>(most: number): TallyRows<Row> {
  const rows = new Map<string, Row & Tally>();
  let leftOut = 0;
  return {
    add(row, record) {
      const key = JSON.stringify(row);
      const before = rows.get(key);
      if (before === undefined && rows.size >= most) leftOut += 1;
      else rows.set(key, { ...row, ...tallied(before ?? nothingSeen, record) });
    },
    all: () => [...rows.values()].toSorted((a, b) => b.allowed - a.allowed || b.refused - a.refused),
    leftOut: () => leftOut,
  };
}
