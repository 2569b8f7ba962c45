import { z } from 'zod';
import type { Outcome } from './outcome.ts';

const pathReport = z.array(
  z.object({ id: z.string(), expected: z.string(), actual: z.string(), recorded: z.boolean(), reason: z.string() }),
);

/** What came of each path, by its id, as `e2e --report` writes it. */
export type PathReport = z.infer<typeof pathReport>;
export type PathLine = PathReport[number];

/** Throws where a path does not say what came of it. */
export function parsePathReport(json: string): PathReport {
  return pathReport.parse(JSON.parse(json));
}

/** A path has passed when what happened is what was expected, and was read back where it is written down. */
export function hasPassed({ expected, actual, recorded }: PathLine): boolean {
  return actual === expected && recorded;
}

export function outcomeOf(part: string, report: PathReport): Outcome {
  const passed = report.filter(hasPassed).length;
  return { part, passed, failed: report.length - passed, leftOut: 0 };
}
