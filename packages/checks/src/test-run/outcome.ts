/** What one part of a test run came to. */
export interface Outcome {
  /** A package, or the stack that the end-to-end paths ran on. */
  readonly part: string;
  readonly passed: number;
  readonly failed: number;
  /** Tests that were found but not run. */
  readonly leftOut: number;
  /** These are the results of an earlier run: nothing has changed since. */
  readonly unchanged?: boolean;
  /** What has failed, a line for each, where nobody has said it before. */
  readonly details?: readonly string[];
}

/** A part of the tests, or a check, that could not be counted: the program itself failed. */
export function failedToRun(part: string): Outcome {
  return { part, passed: 0, failed: 1, leftOut: 0 };
}
