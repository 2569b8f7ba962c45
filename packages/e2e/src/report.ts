import type { Attempt, Evidence, Verdict } from './attempts/index.ts';

/** One line of a report: what was tried, what had to come of it, and what came. */
export interface ReportLine extends Pick<Attempt, 'id' | 'title' | 'from' | 'to' | 'method' | 'fault'> {
  /** `OK`, or a code with the reasons to be recorded. */
  readonly expected: string;
  readonly actual: string;
  /** What was recorded; where something else came of it than expected, or nobody recorded it, also what was told. */
  readonly reason: string;
  /** True only where the record was read back. */
  readonly recorded: boolean;
  readonly tookMs: number;
  /** What else was seen, for people. */
  readonly observed?: string;
}

export function reportLine(attempt: Attempt, evidence: Evidence, tookMs: number): ReportLine {
  const { id, title, from, to, method, fault, expected } = attempt;
  const hasCome = evidence.code === expected.code && evidence.recordedBy !== null;
  return {
    id,
    title,
    from,
    to,
    method,
    fault,
    expected: inWords(expected),
    actual: inWords(evidence),
    reason: [...evidence.reasons, ...(hasCome ? [] : [evidence.message])].join(', '),
    recorded: evidence.recordedBy !== null,
    tookMs,
    ...(evidence.observed === undefined ? {} : { observed: evidence.observed }),
  };
}

/** An attempt that could not be made has not gone as expected. */
export function failedLine(attempt: Attempt, error: unknown, tookMs: number): ReportLine {
  const why = error instanceof Error ? error.message : String(error);
  const nothing: Evidence = { code: 'not tried', reasons: [], message: why, recordedBy: null };
  return reportLine(attempt, nothing, tookMs);
}

export function hasPassed(line: ReportLine): boolean {
  return line.expected === line.actual && line.recorded;
}

export function inWords({ code, reasons }: Verdict): string {
  return reasons.length === 0 ? code : `${code} (${reasons.join(', ')})`;
}
