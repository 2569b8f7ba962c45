import type { Fault, FaultKind } from './balance.ts';
import type { Mishaps } from './container-mishaps.ts';
import type { Kill } from './kill-parts.ts';
import type { MinuteFigures } from './minutes.ts';
import type { CopyCalls } from './read-copies.ts';
import type { Rotations } from './rotations.ts';

export interface MinuteLine extends MinuteFigures, Rotations {
  /** From 1 on. */
  readonly minute: number;
  /** Resident memory by process, in mebibytes. */
  readonly memory: Readonly<Record<string, number>>;
}

/** What came of a run. */
export interface EnduranceReport {
  readonly stack: string;
  readonly startedAt: string;
  readonly seconds: number;
  readonly concurrency: number;
  readonly minutes: readonly MinuteLine[];
  readonly total: MinuteFigures & Rotations;
  /** Each part that was killed, in turn. */
  readonly kills: readonly Kill[];
  /** Those that had no turn before the time was over. */
  readonly notKilled: readonly string[];
  /** On a stack of containers, as it is seen from outside. */
  readonly mishaps: Mishaps | null;
  /** What was replaced while orders went on, besides what replaces itself. */
  readonly rotatedApiKey: { readonly atSecond: number; readonly tookMs: number } | null;
  /** What tries without success were told, and how often. */
  readonly troubles: Readonly<Record<string, number>>;
  /** Why orders were rejected, and how often. */
  readonly rejections: Readonly<Record<string, number>>;
  /** Orders that were confirmed to a client, and how many of them the gateway shows as confirmed afterwards. */
  readonly acknowledged: number;
  readonly found: number;
  /** Until nothing was under way any more after the last order, in milliseconds; null where that never was. */
  readonly settledAfterMs: number | null;
  /** Which copy of which service took how many calls; `place` is the container that had its logins. */
  readonly copies: readonly (CopyCalls & { readonly place?: string })[];
  readonly faultCounts: Readonly<Record<FaultKind, number>>;
  /** The first of them. */
  readonly faults: readonly Fault[];
}

const shownFaults = 100;

export function countFaults(faults: readonly Fault[]): Pick<EnduranceReport, 'faultCounts' | 'faults'> {
  const of = (kind: FaultKind) => faults.filter((fault) => fault.kind === kind).length;
  return {
    faultCounts: {
      lost: of('lost'),
      charged_twice: of('charged_twice'),
      charged_wrongly: of('charged_wrongly'),
      oversold: of('oversold'),
      left_open: of('left_open'),
    },
    faults: faults.slice(0, shownFaults),
  };
}

/**
 * Whether nothing was lost or done twice, and whatever was killed came back; and, where nothing was killed, whether every
 * order went through at once and nothing had to be started again.
 */
export function isSound(report: EnduranceReport): boolean {
  const { faults, total, kills, notKilled, mishaps, found, acknowledged } = report;
  const isCalm = total.failed === 0 && Object.keys(mishaps?.restarts ?? {}).length === 0;
  const areBack = notKilled.length === 0 && kills.every(({ backAfterMs }) => backAfterMs !== null);
  const hadMemory = mishaps === null || mishaps.outOfMemory.length === 0;
  return (
    faults.length === 0 &&
    found === acknowledged &&
    total.placed > 0 &&
    (kills.length > 0 || isCalm) &&
    areBack &&
    hadMemory
  );
}
