import { z } from 'zod';
import type { Outcome } from './outcome.ts';

const pathReport = z.array(z.object({ expected: z.unknown(), actual: z.unknown() }));

/** Reads the report of the end-to-end paths: a path has passed when what happened is what was expected. */
export function parsePathReport(part: string, json: string): Outcome {
  const paths = pathReport.parse(JSON.parse(json));
  const passed = paths.filter(({ expected, actual }) => JSON.stringify(expected) === JSON.stringify(actual)).length;
  return { part, passed, failed: paths.length - passed, leftOut: 0 };
}
