import type { Outcome } from './outcome.ts';
import type { PathLine, PathReport } from './path-report.ts';

/** The reports of the same paths, driven on two kinds of stack. */
export interface TwoReports {
  readonly embedded: PathReport;
  readonly native: PathReport;
}

/** Whether both stacks gave every path the same verdict. Each that has another one, or is missing on one of them, has failed. */
export function sameVerdicts(reports: TwoReports): Outcome {
  const part = 'same verdicts on both stacks';
  const details = differences(reports);
  return { part, passed: details.length === 0 ? 1 : 0, failed: details.length, leftOut: 0, details };
}

/** A line for each path that the reports don't agree on, in the order in which they were driven. */
function differences({ embedded, native }: TwoReports): string[] {
  const onNative = new Map(native.map((line) => [line.id, line]));
  const onEmbedded = new Set(embedded.map(({ id }) => id));
  const differing = embedded.flatMap((line) => {
    const other = onNative.get(line.id);
    if (other === undefined) return [`${line.id}  was driven on embedded only`];
    const [ours, theirs] = [verdictOf(line), verdictOf(other)];
    return ours === theirs ? [] : [`${line.id}  ${ours} on embedded and ${theirs} on native`];
  });
  const missing = native.filter(({ id }) => !onEmbedded.has(id));
  return [...differing, ...missing.map(({ id }) => `${id}  was driven on native only`)];
}

function verdictOf({ actual, recorded }: PathLine): string {
  return recorded ? actual : `${actual}, unrecorded,`;
}
