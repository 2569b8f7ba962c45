import type { World } from './world.ts';

/** One path through the system, allowed or blocked, and what has to come of it. */
export interface Attempt {
  /** Stable: reports of two runs or two stacks are compared by it. */
  readonly id: string;
  /** A sentence that says what is tried. */
  readonly title: string;
  readonly from: string;
  readonly to: string;
  readonly method: string;
  /** What is wrong with the attempt; `none` for an allowed path. */
  readonly fault: string;
  readonly expected: Verdict;
  /** Tells, before the first of all attempts runs, that this one will too: some do their work together. */
  announce?(world: World): void;
  run(world: World): Promise<Evidence>;
}

/** What the one who tried was told, and the reasons that the one who decided recorded. */
export interface Verdict {
  /** `OK`, a gRPC status, an HTTP status, a SQLSTATE, or `identity_unavailable`. */
  readonly code: string;
  /** As recorded, in its order; empty for an allowed path. */
  readonly reasons: readonly string[];
}

export interface Evidence extends Verdict {
  /** What the one who tried was told, in words. */
  readonly message: string;
  /** Who refused, and where it is written down; null where nobody wrote it down. */
  readonly recordedBy: string | null;
  /** What else was seen, for people. */
  readonly observed?: string;
}
