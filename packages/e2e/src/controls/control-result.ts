import type { Control } from './control.ts';
import type { TriedPath } from './try-paths.ts';

/** What became of all paths without a control and, where another one covers it, without both. */
export interface ControlResult {
  readonly control: Control;
  readonly alone: readonly TriedPath[];
  /** Null where no other control is named. */
  readonly withoutBoth: readonly TriedPath[] | null;
}

export function throughOf(tried: readonly TriedPath[]): string[] {
  return tried
    .filter(({ outcome }) => outcome.kind === 'through')
    .map(({ id }) => id)
    .toSorted();
}

/** The paths that were stopped all the same, by what stopped them; the most first. */
export function stoppedOf(tried: readonly TriedPath[]): [by: string, ids: readonly string[]][] {
  const groups = new Map<string, string[]>();
  for (const { id, outcome } of tried) {
    if (outcome.kind === 'stopped') groups.set(outcome.by, [...(groups.get(outcome.by) ?? []), id].toSorted());
  }
  return [...groups].toSorted(([a, one], [b, other]) => other.length - one.length || (a < b ? -1 : 1));
}

/** Why a control's absence proves nothing of it; null where it does. */
export function objectionTo({ control, alone, withoutBoth }: ControlResult): string | null {
  const failed = [...alone, ...(withoutBoth ?? [])].find(({ outcome }) => outcome.kind === 'failed');
  if (failed?.outcome.kind === 'failed') return `${failed.id}: ${failed.outcome.why}`;
  if (withoutBoth !== null && throughOf(withoutBoth).length === 0) {
    return `nothing gets through without it and ${control.coveredBy}, which is said to cover it`;
  }
  if (withoutBoth === null && throughOf(alone).length === 0 && stoppedOf(alone).length === 0) {
    return 'nobody notices that it is off, and no other control is named that covers it';
  }
  return null;
}
