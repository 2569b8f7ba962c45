import type { DecisionRecord } from '@zt/kit/audit';

/** How often a call was decided, and how. */
export interface Tally {
  readonly allowed: number;
  readonly refused: number;
  /** Why it was refused, and how often; a refusal may have several reasons. */
  readonly reasons: Readonly<Record<string, number>>;
  /** RFC 3339. */
  readonly lastSeen: string | null;
}

export const nothingSeen: Tally = { allowed: 0, refused: 0, reasons: {}, lastSeen: null };

/** There are fewer reasons than that; a writer that makes some up must not make the list longer and longer. */
const mostReasons = 100;
const others = 'others';

/** With one decision more. */
export function tallied(before: Tally, { allowed, reasons, time }: DecisionRecord): Tally {
  const counts = new Map(Object.entries(before.reasons));
  for (const reason of reasons) {
    const name = counts.has(reason) || counts.size < mostReasons ? reason : others;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return {
    allowed: before.allowed + (allowed ? 1 : 0),
    refused: before.refused + (allowed ? 0 : 1),
    reasons: Object.fromEntries(counts),
    lastSeen: before.lastSeen === null || before.lastSeen < time ? time : before.lastSeen,
  };
}
