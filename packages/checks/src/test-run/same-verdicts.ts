import type { StackKind } from '@zt/e2e/stack-kind';
import type { Outcome } from './outcome.ts';
import type { PathLine, PathReport } from './path-report.ts';

/** What came of the paths on a kind of stack. */
export interface ReportOfKind {
  readonly kind: StackKind;
  readonly report: PathReport;
}

/** Whether both stacks gave every path the same verdict: each that has another, or is missing on one of them, has failed. */
export function sameVerdicts(one: ReportOfKind, other: ReportOfKind): Outcome {
  const part = `same verdicts on ${one.kind} and ${other.kind}`;
  const details = differences(one, other);
  return { part, passed: details.length === 0 ? 1 : 0, failed: details.length, leftOut: 0, details };
}

/** A line for each path that the reports don't agree on, in the order in which they were driven. */
function differences(one: ReportOfKind, other: ReportOfKind): string[] {
  const onOther = new Map(other.report.map((line) => [line.id, line]));
  const onOne = new Set(one.report.map(({ id }) => id));
  const differing = one.report.flatMap((line) => {
    const found = onOther.get(line.id);
    if (found === undefined) return [`${line.id}  was driven on ${one.kind} only`];
    const [ours, theirs] = [verdictOf(line), verdictOf(found)];
    return ours === theirs ? [] : [`${line.id}  ${ours} on ${one.kind} and ${theirs} on ${other.kind}`];
  });
  const missing = other.report.filter(({ id }) => !onOne.has(id));
  return [...differing, ...missing.map(({ id }) => `${id}  was driven on ${other.kind} only`)];
}

function verdictOf({ actual, recorded }: PathLine): string {
  return recorded ? actual : `${actual}, unrecorded,`;
}
