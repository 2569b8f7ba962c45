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

/**
 * What makes rows up is chosen by whoever calls, so their number has an end. An allowed call takes the row of refused ones
 * where there is none left: it must not be hidden behind what anybody can try.
 */
export function createTallyRows<Row extends object>(most: number): TallyRows<Row> {
  const rows = new Map<string, Row & Tally>();
  let leftOut = 0;

  function makeRoom(): boolean {
    const [key, row] = [...rows].findLast(([, { allowed }]) => allowed === 0) ?? [];
    if (key === undefined || row === undefined) return false;
    leftOut += row.refused;
    return rows.delete(key);
  }

  return {
    add(row, record) {
      const key = JSON.stringify(row);
      const before = rows.get(key);
      const hasRoom = before !== undefined || rows.size < most || (record.allowed && makeRoom());
      if (hasRoom) rows.set(key, { ...row, ...tallied(before ?? nothingSeen, record) });
      else leftOut += 1;
    },
    all: () => [...rows.values()].toSorted((a, b) => b.allowed - a.allowed || b.refused - a.refused),
    leftOut: () => leftOut,
  };
}
