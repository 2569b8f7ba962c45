import { z } from 'zod';
import type { Outcome } from './outcome.ts';

const vitestReport = z.object({
  success: z.boolean(),
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
});

/** Reads what vitest's JSON reporter wrote. A file that broke before its first test counts as one failure. */
export function parseVitestReport(part: string, json: string): Outcome {
  const report = vitestReport.parse(JSON.parse(json));
  const brokeBeforeTests = !report.success && report.numFailedTests === 0;
  return {
    part,
    passed: report.numPassedTests,
    failed: brokeBeforeTests ? 1 : report.numFailedTests,
    leftOut: report.numPendingTests + report.numTodoTests,
  };
}
