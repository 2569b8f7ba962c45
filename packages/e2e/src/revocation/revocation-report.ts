/** What was measured of one kind of revocation. */
export interface RevocationSummary {
  readonly kind: string;
  readonly times: number;
  readonly medianMs: number;
  readonly worstMs: number;
}

/** Of the milliseconds from each command to the last call that was let in. */
export function summaryOf(kind: string, milliseconds: readonly number[]): RevocationSummary {
  const sorted = milliseconds.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const median = ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
  return { kind, times: sorted.length, medianMs: Math.round(median), worstMs: Math.round(sorted.at(-1) ?? 0) };
}

/** For people. */
export function showRevocations(summaries: readonly RevocationSummary[]): string {
  const rows = summaries.map(({ kind, times, medianMs, worstMs }) => [kind, times, medianMs, worstMs].map(String));
  const table = [['revoked', 'times', 'median ms', 'worst ms'], ...rows];
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  return table
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
